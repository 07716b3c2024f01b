//! `review export figures`: the figures of the report as files of their own, as PNG too.

use super::super::Terminal;
use super::Named;
use crate::engine::{Project, files};
use crate::plot::{Fonts, Raster, raster};
use rayon::prelude::*;
use resvg::usvg::fontdb::Database;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What figures are written as.
#[derive(Debug, clap::Args)]
pub(super) struct Pictures {
    /// With figures: as PNG too, drawn with the fonts of this machine
    #[arg(long)]
    png: bool,
    /// With --png: pixels an inch
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u16).range(24..=1200), requires = "png")]
    dpi: u16,
    /// With --png: a font to draw with, besides those of the machine; may be given again
    #[arg(long, value_name = "FILE", requires = "png")]
    font: Vec<PathBuf>,
}

impl Pictures {
    /// Whether anything was asked for that only figures have.
    pub(super) fn asked(&self) -> bool {
        self.png
    }
}

/// The artefact of the report that holds its figures.
const FIGURES: &str = "figures";

/// The figures of every report, and their pictures; which fonts these were drawn with is told.
pub(super) fn files(
    project: &Project<'_>,
    pictures: &Pictures,
    terminal: &mut Terminal,
) -> Result<Named, String> {
    let drawings = drawings(project)?;
    if !pictures.png {
        let drawings = drawings.into_iter();
        return Ok(drawings
            .map(|(name, svg)| (name, svg.into_bytes()))
            .collect());
    }
    let fonts = fonts(pictures)?;
    let drawn: Vec<Result<Raster, String>> = drawings
        .par_iter()
        .map(|(name, svg)| {
            raster(svg, &fonts, pictures.dpi).map_err(|said| format!("{name} {said}"))
        })
        .collect();
    let mut written = Named::new();
    let (mut families, mut missing) = (BTreeSet::new(), BTreeSet::new());
    for ((name, svg), drawn) in drawings.into_iter().zip(drawn) {
        let drawn = drawn?;
        families.extend(drawn.families);
        missing.extend(drawn.missing);
        written.push((name.replace(".svg", ".png"), drawn.png));
        written.push((name, svg.into_bytes()));
    }
    let families: Vec<String> = families.into_iter().collect();
    terminal.say(format!("drawn with {}", families.join(", ")));
    if !missing.is_empty() {
        let missing: String = missing.into_iter().collect();
        terminal.say(format!(
            "no font has `{missing}`, and a box stands for each: install one that has them (for Chinese: Noto Sans CJK, \
             `fonts-noto-cjk` in Debian) or name one by --font FILE"
        ));
    }
    Ok(written)
}

/// The drawings of all reports by file name.
fn drawings(project: &Project<'_>) -> Result<Vec<(String, String)>, String> {
    let slots = project.stages.iter().flat_map(|stage| {
        let figures = stage
            .outputs
            .iter()
            .filter(|slot| slot.artefact_type == FIGURES);
        figures.map(move |slot| (stage.decl.id.as_str(), slot))
    });
    let slots: Vec<_> = slots.collect();
    if slots.is_empty() {
        return Err("no stage of the pipeline draws figures".to_owned());
    }
    let mut found = Vec::new();
    for (id, slot) in &slots {
        let folder = project.root.join(&slot.path);
        let paths = files::list(&project.root, &folder).unwrap_or_default();
        let paths: Vec<String> = paths
            .into_iter()
            .filter(|path| path.ends_with(".svg"))
            .collect();
        if paths.is_empty() {
            return Err(format!("{id} has no figures yet; run `review run {id}`"));
        }
        for path in paths {
            let svg = files::read_text(&project.root.join(&path));
            let svg = svg.map_err(|error| format!("{path} cannot be read: {error}"))?;
            let name = path.rsplit('/').next().unwrap_or(&path);
            // Several reports have figures of the same name.
            let name = if slots.len() == 1 {
                name.to_owned()
            } else {
                format!("{id}-{name}")
            };
            found.push((name, svg));
        }
    }
    Ok(found)
}

/// The fonts that were named and those of the machine.
fn fonts(pictures: &Pictures) -> Result<Fonts, String> {
    let mut database = Database::new();
    for path in &pictures.font {
        let before = database.len();
        let loaded = database.load_font_file(path);
        if let Err(error) = loaded {
            return Err(format!("{} cannot be read: {error}", path.display()));
        }
        if database.len() == before {
            return Err(format!("{} is no font", path.display()));
        }
    }
    database.load_system_fonts();
    Fonts::new(&database).ok_or_else(|| {
        "this machine has no font, and without one a picture would have no text: install one (`fonts-dejavu` or \
         `fonts-liberation` in Debian, `fonts-noto-cjk` for Chinese) or name one by --font FILE"
            .to_owned()
    })
}
