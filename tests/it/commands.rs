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
    // An editor needs a terminal; see the tests of the prompt.
    for example in others.iter().filter(|example| !example.starts_with(".edit")) {
        script.push_str("growth\n");
        script.push_str(example);
        script.push('\n');
    }
    script.push_str(&last.join("\n"));
    desk.write("examples.txt", script);
    desk.run(["run", "examples.txt"]).succeeds();
}

#[test]
fn an_editor_opens_at_the_prompt_only() {
    let desk = Desk::with_samples();
    desk.write("edit.txt", ".edit\n");
    let ran = desk.run(["run", "edit.txt"]).fails_with(1);
    assert!(ran.stderr.contains(".edit works at the prompt only"), "{}", ran.stderr);
}
