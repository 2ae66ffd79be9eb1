//! Names of files.

use std::path::Path;

use super::{Candidate, Completion};

/// The files and folders whose path begins as typed; `start` is where the path begins.
pub(super) fn files(typed: &str, start: usize) -> Completion {
    let at = typed.rfind('/').map_or(0, |i| i + 1);
    let (folder, begun) = typed.split_at(at);
    let place = if folder.is_empty() { Path::new(".") } else { Path::new(folder) };
    let mut candidates = Vec::new();
    for entry in std::fs::read_dir(place).into_iter().flatten().flatten() {
        let name = entry.file_name();
        // What is no text cannot be typed.
        let Some(name) = name.to_str().filter(|n| n.starts_with(begun)) else { continue };
        if name.starts_with('.') && !begun.starts_with('.') {
            continue;
        }
        let is_folder = entry.path().is_dir();
        let path = format!("{folder}{name}");
        let replacement = match (is_folder, path.contains(char::is_whitespace)) {
            (true, false) => format!("{path}/"),
            (true, true) => format!("\"{path}/"),
            (false, false) => format!("{path} "),
            (false, true) => format!("\"{path}\" "),
        };
        let name = if is_folder { format!("{name}/") } else { name.to_owned() };
        candidates.push(Candidate { name, note: String::new(), replacement });
    }
    candidates.sort_by(|a, b| a.name.cmp(&b.name));
    Completion { start, candidates }
}
