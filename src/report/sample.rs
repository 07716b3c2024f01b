//! A small review as the stages would hand it over: three randomised trials, one of them admitted by an amendment.

use super::{ForestStyle, ProtocolText, ReportInput, Table};
use crate::artefact::Sheet;
use crate::place::Place;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A table from its text.
pub(super) fn table(name: &str, stage: &str, artefact: &str, text: &str) -> Table {
    let sheet =
        Sheet::read("table.csv", text.trim_start().as_bytes()).expect("a fixture is a table");
    Table {
        name: name.to_owned(),
        stage: stage.to_owned(),
        artefact: artefact.to_owned(),
        sheet: Arc::new(sheet),
    }
}

const SOURCES: &str = "key,round,file,format,encoding,database,platform,kind,date,query,limits,hits,read,kept,rejected,note,origin
pubmed,2026-05-31,data/searches/2026-05-31/pubmed.nbib,nbib,utf-8,MEDLINE,PubMed,database,2026-05-31,\"balint AND (physician* OR doctor*)\",none,12,12,12,0,,read(data/searches/2026-05-31/pubmed.nbib)
registry,2026-05-31,data/searches/2026-05-31/registry.csv,csv,utf-8,ClinicalTrials.gov,,register,2026-05-31,balint,,1,1,1,0,one entry,read(data/searches/2026-05-31/registry.csv)
";

const FLOW: &str = "key,order,box_id,label,count,unit,group,parent,origin
records-identified-databases,1,records-identified-databases,Records identified from databases,12,records,identification,,sum(import/sources#pubmed/kept)
records-identified-databases|MEDLINE,2,records-identified-databases,MEDLINE,12,records,identification,records-identified-databases,sum(import/sources#pubmed/kept)
records-identified-registers,3,records-identified-registers,Records identified from registers,1,records,identification,,sum(import/sources#registry/kept)
records-identified-registers|ct,4,records-identified-registers,ClinicalTrials.gov,1,records,identification,records-identified-registers,sum(import/sources#registry/kept)
duplicates-removed,5,duplicates-removed,Duplicate records removed,3,records,identification,,members-less-publications(deduplicate/clusters; deduplicate/records)
records-screened,6,records-screened,Records screened,10,records,screening,,all-rows(deduplicate/records)
records-excluded,7,records-excluded,Records excluded,5,records,screening,,count(screen/decisions)
reports-sought,8,reports-sought,Reports sought for retrieval,5,reports,screening,,count(screen/decisions)
reports-not-retrieved,9,reports-not-retrieved,Reports not retrieved,0,reports,screening,,count(screen/decisions)
reports-assessed,10,reports-assessed,Reports assessed for eligibility,5,reports,screening,,count(screen/decisions)
reports-excluded,11,reports-excluded,Reports excluded,2,reports,screening,,count(screen/decisions)
reports-excluded|wrong-population,12,reports-excluded,wrong population,2,reports,screening,reports-excluded,count(screen/decisions)
studies-included,13,studies-included,Studies included,2,studies,included,,count(screen/included)
reports-included,14,reports-included,Reports of included studies,3,reports,included,,count(screen/included)
";

const DECISIONS: &str = "key,record,citation,title,authors,year,journal,doi,pmid,title_abstract,full_text,reason,study,origin
r1,r1,Huang 2020,A trial of Balint groups in 36 residents,Huang L; Harsh J; Cui H; Wu J; Thai J; Zhang X; Li Y,2020,Frontiers in Psychiatry,10.3389/fpsyt.2019.00957,32116808,include,include,,huang-2020,votes(data/screening/reviewer-a.csv:3)
r2,r2,Shan 2024,Balint groups for head nurses,Shan Q,2024,Frontiers in Psychiatry,10.3389/fpsyt.2023.1265976,,include,exclude,wrong-population,,votes(data/screening/reviewer-a.csv:4)
r3,r3,Lee 2018,Balint groups for general practitioners,Lee S,2018,Invented Medicine,,,include,include,,lee-2018,votes(data/screening/reviewer-a.csv:5)
r4,r4,Lee 2019,Two trials of Balint groups,Lee S; Huang L,2019,Invented Medicine,,,include,include,,huang-2020; lee-2018,votes(data/screening/reviewer-a.csv:6)
";

const INCLUDED: &str = "key,study,label,admission,reports,primary,records,standing,origin
huang-2020,huang-2020,Huang 2020,protocol,2,r1,r1; r4,,included(screen/decisions#r1/; screen/decisions#r4/)
lee-2018,lee-2018,Lee 2018,protocol,2,r3,r3; r4,,included(screen/decisions#r3/; screen/decisions#r4/)
shan-2024,shan-2024,Shan 2024,amendment:a2,1,r2,r2,,admitted(screen/decisions#r2/; data/protocol.yaml)
";

const CHARACTERISTICS: &str = "key,study,label,design,country,setting,population,career_stage,n_randomised,sessions,origin
huang-2020,huang-2020,Huang 2020,rct,China,one hospital,first-year residents,resident,36,10,extracted(data/extraction/studies.csv:2)
lee-2018,lee-2018,Lee 2018,rct,Korea,two clinics,general practitioners,specialist,60,8,extracted(data/extraction/studies.csv:3)
shan-2024,shan-2024,Shan 2024,rct,China,one hospital,head nurses,not-physicians,80,10,extracted(data/extraction/studies.csv:4)
";

const ANALYSES: &str = "key,analysis,order,title,outcome,outcome_name,role,body,population,measure,kind,model,interval,prediction,level,better,registered,status,why,k,n,origin
ee-change,ee-change,1,Emotional exhaustion: change,emotional-exhaustion,Burnout: emotional exhaustion,main,between,physicians,MD,change,random,Wald,t with k − 1 degrees of freedom,95,lower,yes,single-study,,1,36,settings(pool/settings#ee-change/value)
ee-post,ee-post,2,Emotional exhaustion: all professions,emotional-exhaustion,Burnout: emotional exhaustion,supplementary,between,all-health-professionals,SMD,post,random,Hartung-Knapp-Sidik-Jonkman,t with k − 1 degrees of freedom,95,lower,post hoc: amendment a2,pooled,,3,169,settings(pool/settings#ee-post/value)
ee-within,ee-within,3,Emotional exhaustion: within group,emotional-exhaustion,Burnout: emotional exhaustion,main,within,physicians,SMCR,change,random,Wald,t with k − 1 degrees of freedom,95,lower,yes,no-study,,0,0,settings(pool/settings#ee-within/value)
stress,stress,4,Stress: post,stress,Stress,main,between,physicians,SMD,post,random,\"Wald, because two studies are too few for Hartung-Knapp\",t with k − 1 degrees of freedom,95,lower,yes,pooled,,2,96,settings(pool/settings#stress/value)
";

const EFFECTS: &str = "key,analysis,study,label,n1,mean1,sd1,n2,mean2,sd2,events1,total1,events2,total2,yi,vi,se,ci_lower,ci_upper,weight,subgroup,note,origin
ee-change|huang-2020,ee-change,huang-2020,Huang 2020,18,-1.89,6.057,18,0.5,5.1,,,,,-2.39,3.48,1.866,-6.047,1.267,,,,mean-difference(extract/outcomes#huang|ee|balint/mean; extract/outcomes#huang|ee|waitlist/mean)
ee-post|huang-2020,ee-post,huang-2020,Huang 2020,18,15.00,5.111,18,16.3,5.2,,,,,-0.2466,0.112,0.3347,-0.9026,0.4094,27.31,,,hedges-g(extract/outcomes#huang|ee|balint/mean; extract/outcomes#huang|ee|waitlist/mean)
ee-post|lee-2018,ee-post,lee-2018,Lee 2018,30,20.1,8.2,30,24.5,8.0,,,,,-0.5361,0.0691,0.2629,-1.0513,-0.0208,34.2,,,hedges-g(extract/outcomes#lee|ee|balint/mean)
ee-post|shan-2024,ee-post,shan-2024,Shan 2024,33,14.2,7.0,40,19.9,7.4,,,,,-0.7814,0.0592,0.2433,-1.2583,-0.3045,38.49,,,hedges-g(extract/outcomes#shan|ee|balint/mean)
stress|huang-2020,stress,huang-2020,Huang 2020,18,14,5,18,15,5,,,,,-0.1955,0.1116,0.3341,-0.8503,0.4593,38.2,,,hedges-g(extract/outcomes#huang|ee|balint/mean)
stress|lee-2018,stress,lee-2018,Lee 2018,30,16,6,30,19,6,,,,,-0.4935,0.0687,0.2621,-1.0072,0.0202,61.8,,,hedges-g(extract/outcomes#lee|ee|balint/mean)
";

const POOLED: &str = "key,analysis,subgroup,model,method,test,k,n,estimate,se,ci_lower,ci_upper,stat,df,p,tau2,tau2_lower,tau2_upper,i2,i2_rule,h2,q,q_df,q_p,pi_lower,pi_upper,pi_rule,main,origin
ee-post||random|reml,ee-post,,random,REML,hksj,3,169,-0.5514,0.1503,-1.1981,0.0953,-3.668,2,0.0669,0.0091,0,2.41,10.93,q-based,1.12,1.702,2,0.427,-1.33,0.23,t-k-minus-one,true,reml(pool/effects#ee-post|huang-2020/yi; pool/effects#ee-post|lee-2018/yi; pool/effects#ee-post|shan-2024/yi)
stress||random|reml,stress,,random,REML,wald,2,96,-0.3799,0.2062,-0.7841,0.0243,-1.842,,0.0654,0,0,28.9,0,q-based,1,0.492,1,0.483,,,,true,reml(pool/effects#stress|huang-2020/yi; pool/effects#stress|lee-2018/yi)
";

const LEAVE_ONE_OUT: &str = "key,analysis,omitted,label,estimate,ci_lower,ci_upper,tau2,i2,origin
ee-post|huang-2020,ee-post,huang-2020,Huang 2020,-0.6684,-1.0188,-0.318,0,0,reml(pool/effects#ee-post|lee-2018/yi; pool/effects#ee-post|shan-2024/yi)
ee-post|lee-2018,ee-post,lee-2018,Lee 2018,-0.545,-1.066,-0.024,0.0574,40.1,reml(pool/effects#ee-post|huang-2020/yi; pool/effects#ee-post|shan-2024/yi)
ee-post|shan-2024,ee-post,shan-2024,Shan 2024,-0.4257,-0.8308,-0.0206,0,0,reml(pool/effects#ee-post|huang-2020/yi; pool/effects#ee-post|lee-2018/yi)
";

const SENSITIVITY: &str = "key,analysis,variant,title,k,estimate,ci_lower,ci_upper,tau2,changed,origin
ee-post|dl,ee-post,dl,DerSimonian–Laird with Wald interval,3,-0.5514,-0.846,-0.2568,0,no,dl(pool/effects#ee-post|huang-2020/yi)
";

const JUDGEMENTS: &str = "key,study,result,tool,domain,title,algorithm,final,overridden,reason,path,origin
huang-2020|d1,huang-2020,emotional-exhaustion,rob2,d1,Randomisation process,some-concerns,some-concerns,false,,,answers(data/risk-of-bias/reviewer-a.csv:2)
huang-2020|d2,huang-2020,emotional-exhaustion,rob2,d2,Deviations from intended interventions,low,low,false,,,answers(data/risk-of-bias/reviewer-a.csv:8)
lee-2018|d1,lee-2018,emotional-exhaustion,rob2,d1,Randomisation process,low,high,true,allocation was not concealed,,answers(data/risk-of-bias/reviewer-a.csv:30)
lee-2018|d2,lee-2018,emotional-exhaustion,rob2,d2,Deviations from intended interventions,low,low,false,,,answers(data/risk-of-bias/reviewer-a.csv:36)
";

const OVERALL: &str = "key,study,result,tool,judgement,label,severity,origin
huang-2020,huang-2020,emotional-exhaustion,rob2,some-concerns,Some concerns,1,worst(risk-of-bias/judgements#huang-2020|d1/final)
lee-2018,lee-2018,emotional-exhaustion,rob2,high,High risk of bias,2,worst(risk-of-bias/judgements#lee-2018|d1/final)
";

const AGREEMENT: &str = "key,stage,n,both_include,only_first,only_second,both_exclude,po,pe,kappa,se,ci_lower,ci_upper,pabak,positive_agreement,negative_agreement,origin
title-abstract,title-abstract,10,5,1,0,4,0.9,0.5,0.8,0.1,0.42,1,0.8,0.91,0.89,kappa(screen/decisions)
";

const INTEGRITY: &str = "key,study,place,check,reported,recomputed,reconciled,severity,accepted_by,origin
h1,huang-2020,Table 4,t-from-means,2.1,1.4037,no,warning,reviewer-a,check(extract/outcomes#huang|ee|balint/mean)
";

const REJECTED: &str = "key,analysis,study,candidate,step,origin
x1,ee-post,huang-2020,all its numbers,its design `rct` is none that the analysis takes,choice(extract/outcomes#huang|ee|balint/mean)
";

const CERTAINTY: &str = "key,analysis,domain,proposed,final,status,reason,rule,inputs,questions,footnote,by,at,origin
ee-post|risk_of_bias,ee-post,risk_of_bias,1,1,proposed,,majority,share,Are the studies well conducted? Also: Are there registered trials without results?,Most weight comes from studies with concerns,,,policy(pool/effects#ee-post|huang-2020/weight)
";

const SUMMARY: &str = "key,analysis,order,outcome,outcome_name,role,k,n,start,start_reason,certainty,status,symbols,statement,estimate,ci_lower,ci_upper,measure,basis,origin
ee-change,ee-change,1,emotional-exhaustion,Burnout: emotional exhaustion,main,1,36,high,every study is randomised,low,proposed,⊕⊕◯◯,Balint groups may reduce emotional exhaustion slightly,-2.39,-6.047,1.267,MD,abc,grade(pool/effects#ee-change|huang-2020/yi)
ee-post,ee-post,2,emotional-exhaustion,Burnout: emotional exhaustion,supplementary,3,169,low,1 of 3 studies is not randomised,very-low,confirmed,⊕◯◯◯,The evidence is very uncertain about the effect of Balint groups on emotional exhaustion,-0.5514,-1.1981,0.0953,SMD,abd,grade(pool/pooled#ee-post||random|reml/estimate)
stress,stress,4,stress,Stress,main,0,0,,,,,,No study reported this outcome,,,,SMD,,not-rated(pool/analyses#stress/status)
";

const PROBLEMS: &str = "key,stage,severity,code,title,places,help,count
p1,extract,error,extraction::not-a-number,`abc` is no number,data/extraction/outcomes.csv:12:9,write a number or leave the cell empty,1
p2,grade,open,grade::unconfirmed,judgements that no person has confirmed,,edit data/grade/judgements.csv,8
";

const OUTCOMES: &str = "key,study,outcome,mean,sd,n,origin
huang|ee|balint,huang-2020,emotional-exhaustion,-1.89,6.057,18,
huang|ee|waitlist,huang-2020,emotional-exhaustion,0.5,5.1,18,
lee|ee|balint,lee-2018,emotional-exhaustion,20.1,8.2,30,
shan|ee|balint,shan-2024,emotional-exhaustion,14.2,7.0,33,
";

const PLACES: &str = "key,artefact,row,column,place,source,quote,by,at
p1,outcomes,huang|ee|balint,mean,data/extraction/outcomes.csv:4:11,Table 4,-1.89 ± 6.057,reviewer-a,2026-07-02
p2,outcomes,huang|ee|waitlist,mean,data/extraction/outcomes.csv:7:11,Table 4,0.50 ± 5.1,reviewer-a,2026-07-02
p3,outcomes,lee|ee|balint,,data/extraction/outcomes.csv:21,Table 2,20.1 (8.2),reviewer-a,2026-07-02
p4,outcomes,shan|ee|balint,,data/extraction/outcomes.csv:40,Table 3,14.2 (7.0),reviewer-a,2026-07-06
";

/// The protocol of the small review.
pub(super) fn protocol() -> ProtocolText {
    let value = json!({
        "title": "Balint groups for physician burnout",
        "illustration": "Illustration: no formal search was run",
        "registration": { "register": "PROSPERO", "number": "CRD420251142526", "authors": "Li et al.", "source": "published abstract" },
        "question": {
            "stated": "aims to evaluate the effectiveness of Balint groups",
            "population": { "text": "practising physicians", "registered": true },
            "intervention": { "text": "Balint groups", "registered": true },
            "comparator": { "text": "any control", "registered": false, "why": "chosen on 2026-06-01" },
        },
        "eligibility": {
            "population": { "stated": "practising physicians" },
            "exclusion_reasons": { "ordered": [{ "code": "wrong-population", "text": "participants are not practising physicians" }] },
            "populations": [
                { "id": "physicians", "text": "practising physicians", "analyses": "main" },
                { "id": "all-health-professionals", "text": "all health professionals", "analyses": "supplementary", "admitted_by": "a2" },
            ],
        },
        "outcomes": [
            { "id": "emotional-exhaustion", "name": "Burnout: emotional exhaustion", "role": "primary", "registered": true },
            { "id": "stress", "name": "Stress", "role": "secondary", "registered": true },
            { "id": "anxiety", "name": "Anxiety", "role": "secondary", "registered": true },
        ],
        "reviewers": { "stated": "Two reviewers will independently screen studies", "list": [{ "id": "reviewer-a", "who": "" }, { "id": "reviewer-b", "who": "" }] },
        "synthesis": { "bodies": { "stated": "Data synthesis will be conducted separately" }, "certainty": { "stated": "the GRADE approach" } },
        "risk_of_bias": { "stated": "using the Cochrane RoB 2.0 tool" },
        "search": { "stated": "from inception to 31 May 2026" },
        "amendments": [{
            "id": "a2", "date": "2026-06-25", "field": "eligibility.population", "from": "practising physicians",
            "to": "all health professionals in a supplementary analysis", "reason": "the only other trial", "by": "reviewer-a", "after_seeing_results": true,
        }],
    });
    let places = [("registration.number", 9, 11), ("amendments.0.id", 240, 9)];
    ProtocolText {
        path: "data/protocol.yaml".to_owned(),
        value,
        places: places
            .into_iter()
            .map(|(path, line, column)| {
                (
                    path.to_owned(),
                    Place::column("data/protocol.yaml", line, column),
                )
            })
            .collect(),
    }
}

/// The small review.
pub(super) fn input() -> ReportInput {
    ReportInput {
        tables: vec![
            table("sources", "import", "sources", SOURCES),
            table("flow", "screen", "flow", FLOW),
            table("agreement", "screen", "agreement", AGREEMENT),
            table("decisions", "screen", "decisions", DECISIONS),
            table("included", "screen", "included", INCLUDED),
            table(
                "characteristics",
                "extract",
                "characteristics",
                CHARACTERISTICS,
            ),
            table("outcomes", "extract", "outcomes", OUTCOMES),
            table("integrity", "extract", "integrity", INTEGRITY),
            table("judgements", "risk-of-bias", "judgements", JUDGEMENTS),
            table("overall", "risk-of-bias", "overall", OVERALL),
            table("analyses", "pool", "analyses", ANALYSES),
            table("effects", "pool", "effects", EFFECTS),
            table("pooled", "pool", "pooled", POOLED),
            table("leave-one-out", "pool", "leave-one-out", LEAVE_ONE_OUT),
            table("sensitivity", "pool", "sensitivity", SENSITIVITY),
            table("rejected", "pool", "rejected", REJECTED),
            table("certainty", "grade", "certainty", CERTAINTY),
            table("summary", "grade", "summary", SUMMARY),
            table("problems", "run", "problems", PROBLEMS),
            table("places", "extract", "places", PLACES),
        ],
        protocol: protocol(),
        texts: BTreeMap::new(),
        templates: BTreeMap::new(),
        forest: ForestStyle::default(),
        words: Arc::default(),
        path: "reports/report.md".to_owned(),
    }
}
