//! The commands that begin with a dot.

use std::path::Path;

use yusuan::session::COMMANDS;

use crate::support::Desk;

#[test]
fn the_readme_lists_every_command() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let expected: Vec<String> = COMMANDS.iter().map(|c| format!("- `{}`: {}", c.usage(), c.about)).collect();
    let listed: Vec<&str> = readme.lines().filter(|l| l.starts_with("- `.")).collect();
    assert_eq!(listed, expected, "README.md should list:\n{}", expected.join("\n"));
}

#[test]
fn the_examples_of_commands_run() {
    let desk = Desk::with_samples();
    desk.write("script.sql", "SELECT 1;\n");
    let leaves = |example: &&str| [".quit", ".exit"].contains(example);
    let (last, others): (Vec<&str>, Vec<&str>) = COMMANDS.iter().map(|c| c.example).partition(leaves);
    let mut script = String::new();
    for example in others {
        script.push_str("growth\n");
        script.push_str(example);
        script.push('\n');
    }
    script.push_str(&last.join("\n"));
    desk.write("examples.txt", script);
    desk.run(["run", "examples.txt"]).succeeds();
}
