//! The help of the command line in the user's language.

use clap::Command;

use crate::language::Language;

/// The same command; its help is told in this language.
pub(super) fn spoken(command: Command, language: Language) -> Command {
    if language == Language::English {
        return command;
    }
    let say = |text: &dyn ToString| language.say(text.to_string().trim_end_matches('.'));
    let about = command.get_about().map(|text| say(text));
    let long = command.get_long_about().map(|text| say(text));
    let after = command.get_after_help().map(|text| language.say(&text.to_string()));
    let command = command.mut_args(|arg| {
        let help = arg.get_help().map(|text| say(text));
        let heading = language.word(if arg.is_positional() { "Arguments" } else { "Options" });
        let arg = arg.help_heading(heading);
        match help {
            Some(help) => arg.help(help),
            None => arg,
        }
    });
    let usage = language.word("Usage");
    let command = command
        .mut_subcommands(|sub| spoken(sub, language))
        .subcommand_help_heading(language.word("Commands"))
        .help_template(format!("{{about-with-newline}}\n{usage}：{{usage}}\n\n{{all-args}}{{after-help}}"));
    let command = match about {
        Some(about) => command.about(about),
        None => command,
    };
    let command = match long {
        Some(long) => command.long_about(long),
        None => command,
    };
    match after {
        Some(after) => command.after_help(after),
        None => command,
    }
}
