//! Embeds the canned queries and lets the binary find the prebuilt database library.

use std::{env, fmt::Write as _, fs, io, path::Path};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-env-changed=DUCKDB_LIB_DIR");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=queries");
    println!("cargo:rerun-if-changed=queries/checks");
    println!("cargo:rerun-if-changed=queries/frames");
    if let Ok(dir) = env::var("DUCKDB_LIB_DIR") {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{dir}");
    }
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let (root, out) = (Path::new(&root), Path::new(&out));
    fs::write(out.join("checks.rs"), embed(root, "queries/checks", "sql")?)?;
    fs::write(out.join("frames.rs"), embed(root, "queries/frames", "frame")?)?;
    fs::write(out.join("queries.rs"), embed(root, "queries", "sql")?)
}

/// An array of (file name, text), sorted by name; only files directly in the folder with this ending.
///
/// Paths begin where the package is when it is compiled: checkouts that share a target directory share this code.
fn embed(root: &Path, folder: &str, ending: &str) -> io::Result<String> {
    let mut files = Vec::new();
    let path = root.join(folder);
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let path = entry?.path();
            if path.is_file() && path.extension().is_some_and(|e| e == ending) {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut code = String::from("&[\n");
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let path = format!("/{folder}/{name}");
        let _ = writeln!(code, "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),");
    }
    code.push_str("]\n");
    Ok(code)
}
