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
    let queries = Path::new(&root).join("queries");
    fs::write(Path::new(&out).join("checks.rs"), embed(&queries.join("checks"), "sql")?)?;
    fs::write(Path::new(&out).join("frames.rs"), embed(&queries.join("frames"), "frame")?)?;
    fs::write(Path::new(&out).join("queries.rs"), embed(&queries, "sql")?)
}

/// An array of (file name, text), sorted by name; only files directly in the folder with this ending.
fn embed(folder: &Path, ending: &str) -> io::Result<String> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
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
        let _ = writeln!(code, "    ({name:?}, include_str!({:?})),", path.display().to_string());
    }
    code.push_str("]\n");
    Ok(code)
}
