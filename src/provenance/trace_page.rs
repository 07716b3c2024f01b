//! Trees of a trace as one HTML page that needs nothing else: no script, no request.

use super::Node;
use crate::markup::{escaped, turns_direction};
use std::fmt::Write;

/// The page for the walks from `target`.
pub fn trace_page(target: &str, trees: &[Node]) -> String {
    let mut page = HEAD.replace("{target}", &inert(target));
    for tree in trees {
        page.push_str("<ul class=\"tree\">\n");
        item(tree, true, &mut page);
        page.push_str("</ul>\n");
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

/// A node, open on the way down to the first fork.
fn item(node: &Node, open: bool, page: &mut String) {
    let line = line(node);
    if node.from.is_empty() {
        let _ = writeln!(page, "<li>{line}</li>");
        return;
    }
    let state = if open { " open" } else { "" };
    let _ = writeln!(page, "<li><details{state}><summary>{line}</summary>\n<ul>");
    for below in &node.from {
        item(below, open && node.from.len() == 1, page);
    }
    page.push_str("</ul>\n</details></li>\n");
}

fn line(node: &Node) -> String {
    let mut line = format!("<code>{}</code>", inert(&node.address));
    for (class, before, part) in [
        ("value", " = ", &node.value),
        ("rule", ", by the rule ", &node.rule),
        ("note", ": ", &node.note),
        ("broken", " broken: ", &node.broken),
    ] {
        if !part.is_empty() {
            let _ = write!(
                line,
                "{before}<span class=\"{class}\">{}</span>",
                inert(part)
            );
        }
    }
    if node.told_above {
        line.push_str(" (told above)");
    }
    line
}

/// A text that is no markup, and turns no direction of what stands beside it.
fn inert(text: &str) -> String {
    escaped(&text.replace(turns_direction, ""))
}

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Where {target} came from</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
ul { list-style: none; padding-left: 1.25rem; border-left: 1px solid #8886; }
ul.tree { padding-left: 0; border: 0; }
li { overflow-wrap: anywhere; margin: .15rem 0; }
summary { cursor: pointer; }
.value { font-weight: 600; }
.broken { font-weight: 600; text-decoration: underline wavy; }
@media print { details > :not(summary) { display: block; } }
</style>
</head>
<body>
<main>
<h1>Where <code>{target}</code> came from</h1>
<p>Each line opens to what it was made from, down to the cell that a person filled in or the line of an export.</p>
"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn node(address: &str, from: Vec<Node>) -> Node {
        Node {
            address: address.to_owned(),
            value: "<script>alert(1)</script>".to_owned(),
            rule: String::new(),
            note: String::new(),
            broken: String::new(),
            told_above: false,
            from,
        }
    }

    #[test]
    fn every_node_stands_in_the_page_and_no_text_is_markup() {
        let tree = node(
            "pool/pooled#a|/estimate",
            vec![node("data/a.csv:2:1", Vec::new())],
        );
        let page = trace_page("a\"b", &[tree]);
        for part in [
            "pool/pooled#a|/estimate",
            "data/a.csv:2:1",
            "a&quot;b",
            "default-src 'none'",
        ] {
            assert!(page.contains(part), "{part} is not in\n{page}");
        }
        assert!(!page.contains("<script"), "{page}");
        assert_eq!(page.matches("<details").count(), 1);
    }
}
