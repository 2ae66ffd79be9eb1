//! The README stays true: its commands run and print what it shows.

use std::path::Path;

use crate::support::Desk;

/// Blocks of the README fenced as `console`: lines with `$ ` are typed, the others are the output.
#[test]
fn the_console_examples_of_the_readme_print_what_it_shows() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let desk = Desk::beside_samples();
    let mut commands = 0;
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for piece in block.split("$ yusuan ").skip(1) {
            let (command, expected) = piece.split_once('\n').unwrap();
            let ran = desk.run(words(command)).succeeds();
            let shown = format!("{}{}", ran.stderr, ran.stdout);
            let trimmed = |t: &str| t.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned();
            // How long it takes differs from run to run.
            let timed = |t: &str| {
                let is_time = |line: &&str| line.contains(" amounts, ") && line.ends_with(" s");
                let cut = |line: &str| line.rsplit_once(", ").map_or(line, |(front, _)| front).to_owned();
                t.lines().map(|l| if is_time(&l) { cut(l) } else { l.to_owned() }).collect::<Vec<_>>().join("\n")
            };
            assert_eq!(timed(&trimmed(&shown)), timed(&trimmed(expected)), "$ yusuan {command}");
            commands += 1;
        }
    }
    assert!(commands >= 4, "{commands}");
}

/// Words of a shell line with double quotes.
fn words(line: &str) -> Vec<String> {
    line.split('"')
        .enumerate()
        .flat_map(|(i, part)| match i % 2 {
            1 => vec![part.to_owned()],
            _ => part.split_whitespace().map(str::to_owned).collect(),
        })
        .collect()
}
