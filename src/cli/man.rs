//! The man page, from the definitions that parse the command line and the prompt.

use clap::CommandFactory as _;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::args::Cli;
use crate::query::Library;
use crate::session::{COMMANDS, SETTINGS};

/// The page as troff.
pub(super) fn page(library: &Library) -> Vec<u8> {
    let mut command = Cli::command();
    command.build();
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    // Writing to memory does not fail.
    let _ = man.render_title(&mut page);
    let _ = man.render_name_section(&mut page);
    let _ = man.render_synopsis_section(&mut page);
    let _ = man.render_description_section(&mut page);
    let _ = man.render_options_section(&mut page);
    let mut roff = Roff::new();
    roff.control("SH", ["COMMANDS"]);
    for sub in command.get_subcommands().filter(|c| c.get_name() != "help") {
        let usage = sub.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ").to_owned();
        roff.control("TP", []).text([bold(usage)]);
        roff.text([roman(sub.get_about().map(ToString::to_string).unwrap_or_default())]);
        for argument in sub.get_arguments().filter(|a| !a.is_global_set() && !a.is_hide_set() && a.get_id() != "help") {
            let name = match argument.get_long() {
                Some(long) => format!("--{long}"),
                None => argument.get_id().to_string().to_uppercase(),
            };
            let about = argument.get_help().map(ToString::to_string).unwrap_or_default();
            roff.control("br", []).text([bold(name), roman(format!(": {about}"))]);
        }
    }
    roff.control("SH", ["AT THE PROMPT AND IN SCRIPTS"]);
    roff.text([roman("Commands begin with a dot, canned queries are called by their names, SQL ends with `;`.")]);
    for command in COMMANDS {
        roff.control("TP", []).text([bold(command.usage())]).text([roman(command.about)]);
    }
    roff.control("SH", ["CANNED QUERIES"]);
    for query in library.iter() {
        roff.control("TP", []).text([bold(query.usage())]).text([roman(query.title.clone())]);
    }
    roff.control("SH", ["SETTINGS"]);
    roff.text([roman("In ~/.config/yusuan/config.toml, in variables YUSUAN_NAME, or with .config.")]);
    for setting in SETTINGS {
        roff.control("TP", [])
            .text([bold(setting.name)])
            .text([roman(format!("{}: {}", setting.about, setting.values))]);
    }
    let _ = roff.to_writer(&mut page);
    let _ = man.render_extra_section(&mut page);
    let _ = man.render_version_section(&mut page);
    page
}
