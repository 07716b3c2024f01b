//! A figure as pixels, for places that take no SVG.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, FaceInfo};
use resvg::usvg::{FallbackSelectionFn, FontResolver, GlyphId, Group, Node, Options, Tree};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Pixels an inch that a figure's own size means (CSS, "absolute lengths").
const NATURAL: f32 = 96.0;
/// Most pixels of a picture: 400 MB while it is drawn.
const MOST_PIXELS: f32 = 1e8;

/// Families that a missing one is taken from, the first that is there; those of Chinese after those of Latin letters.
const PREFERRED: [&str; 12] = [
    "Helvetica",
    "Arial",
    "Liberation Sans",
    "Noto Sans",
    "DejaVu Sans",
    "Segoe UI",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "SimHei",
];

/// The fonts that text is drawn with.
#[derive(Clone, Debug)]
pub struct Fonts(Arc<Database>);

impl Fonts {
    /// The faces of a database, in an order that the order of its files does not change.
    ///
    /// `None` where it has no face at all: text could not be drawn.
    pub fn new(database: &Database) -> Option<Self> {
        let mut faces: Vec<FaceInfo> = database.faces().cloned().collect();
        faces.sort_by_key(|face| {
            (
                rank(family(face)),
                family(face).to_owned(),
                face.post_script_name.clone(),
                face.index,
            )
        });
        let first = family(faces.first()?).to_owned();
        let mut sorted = Database::new();
        for face in faces {
            sorted.push_face_info(face);
        }
        // What a family that is missing is taken from.
        sorted.set_sans_serif_family(first.clone());
        sorted.set_serif_family(first);
        Some(Self(Arc::new(sorted)))
    }
}

fn family(face: &FaceInfo) -> &str {
    face.families.first().map_or("", |(name, _)| name)
}

fn rank(family: &str) -> usize {
    let known = PREFERRED.iter().position(|name| *name == family);
    known.unwrap_or(PREFERRED.len())
}

/// A picture, and what its text was drawn with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raster {
    /// PNG.
    pub png: Vec<u8>,
    /// Families of the fonts.
    pub families: BTreeSet<String>,
    /// Characters that no font has; a box stands for each of them.
    pub missing: BTreeSet<char>,
}

/// A figure as PNG with so many pixels an inch.
///
/// The bytes depend on the fonts: the same fonts give the same bytes.
///
/// # Errors
///
/// Where the text is no SVG, or the picture would be too large.
pub fn raster(svg: &str, fonts: &Fonts, dpi: u16) -> Result<Raster, String> {
    let options = Options {
        fontdb: Arc::clone(&fonts.0),
        font_resolver: FontResolver {
            select_fallback: of_the_same_weight(),
            ..FontResolver::default()
        },
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| format!("is no SVG: {error}"))?;
    let scale = f32::from(dpi) / NATURAL;
    let size = tree.size();
    let (width, height) = (
        (size.width() * scale).ceil(),
        (size.height() * scale).ceil(),
    );
    let fits = width * height <= MOST_PIXELS;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sizes are positive and bounded"
    )]
    let pixmap = fits
        .then(|| Pixmap::new(width as u32, height as u32))
        .flatten();
    let Some(mut pixmap) = pixmap else {
        return Err(format!(
            "would have {width} × {height} pixels; ask for fewer an inch"
        ));
    };
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixmap.as_mut(),
    );
    let mut raster = Raster::default();
    glyphs(tree.root(), &tree, &mut raster);
    let png = pixmap.encode_png().map_err(|error| error.to_string())?;
    raster.png = with_density(&png, dpi);
    Ok(raster)
}

/// A PNG that says how many pixels are an inch, as journals look it up (PNG specification, 11.3.4.3 `pHYs`): without it a picture of 300
/// is taken for one of 72.
fn with_density(png: &[u8], dpi: u16) -> Vec<u8> {
    /// The signature and the header, behind which the other chunks stand.
    const HEAD: usize = 8 + 25;
    const METRE: u8 = 1;
    // An inch is 0.0254 m.
    let a_metre = ((u32::from(dpi) * 10_000 + 127) / 254).to_be_bytes();
    let chunk = [b"pHYs", &a_metre[..], &a_metre[..], &[METRE]].concat();
    let mut crc = flate2::Crc::new();
    crc.update(&chunk);
    let (head, rest) = png.split_at(HEAD);
    [
        head,
        &9u32.to_be_bytes(),
        &chunk,
        &crc.sum().to_be_bytes(),
        rest,
    ]
    .concat()
}

/// Takes what a font lacks from the first that has it, in the weight of the text: regular Chinese beside regular Latin letters.
fn of_the_same_weight() -> FallbackSelectionFn<'static> {
    let first = FontResolver::default_fallback_selector();
    Box::new(move |character, tried, database| {
        let id = first(character, tried, database)?;
        let (base, found) = (database.face(*tried.first()?)?, database.face(id)?);
        let mut faces = database.faces();
        let alike = faces.find(|face| {
            family(face) == family(found)
                && (face.weight, face.style) == (base.weight, found.style)
                && !tried.contains(&face.id)
        });
        Some(alike.map_or(id, |face| face.id))
    })
}

/// Notes which fonts the texts of a group took, and what none had.
fn glyphs(group: &Group, tree: &Tree, raster: &mut Raster) {
    for node in group.children() {
        match node {
            Node::Group(group) => glyphs(group, tree, raster),
            Node::Text(text) => {
                let spans = text.layouted().iter();
                for glyph in spans.flat_map(|span| &span.positioned_glyphs) {
                    let shown = glyph.text.chars().filter(|c| !c.is_whitespace());
                    if glyph.id == GlyphId(0) {
                        raster.missing.extend(shown);
                    } else if let Some(face) = tree.fontdb().face(glyph.font) {
                        raster.families.insert(family(face).to_owned());
                    }
                }
            }
            Node::Path(_) | Node::Image(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_font_there_is_no_picture() {
        assert!(Fonts::new(&Database::new()).is_none());
    }

    #[test]
    fn a_picture_says_how_many_pixels_are_an_inch() {
        let png = Pixmap::new(3, 2)
            .expect("a picture")
            .encode_png()
            .expect("PNG");
        let with = with_density(&png, 300);
        // 300 an inch are 11811 a metre; the sum is that of zlib over the chunk.
        let chunk = b"\0\0\0\x09pHYs\0\0\x2e\x23\0\0\x2e\x23\x01\x78\xa5\x3f\x76";
        assert_eq!(&with[33..54], chunk);
        assert_eq!([&with[..33], &with[54..]].concat(), png);
        let read = Pixmap::decode_png(&with).expect("it is still PNG");
        assert_eq!((read.width(), read.height()), (3, 2));
    }
}
