//! The tools that come with the program.

use super::Tool;

/// A shipped tool file: its path in the source, and its text.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// Name that selects it, such as `rob2` or `robins-i-v2`.
    pub name: &'static str,
    /// File, for messages.
    pub file: &'static str,
    /// Text.
    pub text: &'static str,
}

/// All shipped tools, sorted by name.
pub const SHIPPED: &[Shipped] = &[
    Shipped {
        name: "ephpp",
        file: "src/rob/tools/ephpp.yaml",
        text: include_str!("tools/ephpp.yaml"),
    },
    Shipped {
        name: "nos",
        file: "src/rob/tools/nos.yaml",
        text: include_str!("tools/nos.yaml"),
    },
    Shipped {
        name: "rob2",
        file: "src/rob/tools/rob2.yaml",
        text: include_str!("tools/rob2.yaml"),
    },
    Shipped {
        name: "robins-i",
        file: "src/rob/tools/robins-i.yaml",
        text: include_str!("tools/robins-i.yaml"),
    },
    Shipped {
        name: "robins-i-v2",
        file: "src/rob/tools/robins-i-v2.yaml",
        text: include_str!("tools/robins-i-v2.yaml"),
    },
];

/// The shipped tool of this name; `robins-i` is the edition of 2016, `robins-i-v2` the draft.
///
/// # Panics
/// Never: that every shipped tool passes the check is held by a test.
pub fn tool(name: &str) -> Option<Tool> {
    let name = name.to_lowercase().replace('_', "-");
    let name = match name.as_str() {
        "rob-2" | "rob2.0" => "rob2",
        "robins-i-v2016" | "robins-i-2016" => "robins-i",
        other => other,
    };
    let shipped = SHIPPED.iter().find(|shipped| shipped.name == name)?;
    // Not checked again: a test holds that every shipped tool passes.
    Some(Tool::unchecked(shipped.text).expect("every shipped tool is a tool"))
}

/// Names of all shipped tools.
pub fn names() -> Vec<&'static str> {
    SHIPPED.iter().map(|shipped| shipped.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_tool_passes_the_check() {
        for shipped in SHIPPED {
            if let Err(problems) = Tool::read(shipped.file, shipped.text) {
                let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
                panic!("{}", said.join("\n"));
            }
        }
    }
}
