//! Verbs that keep, write and show: as, save, write, explain, chart.

use std::path::PathBuf;

use super::error::Fault;
use super::expr;
use super::plan::Plan;
use super::rows::new_name;
use super::text::Piece;
use super::{Effect, Kept};
use crate::store::{LAST, ObjectKind};

type Done = Result<(), Fault>;

pub(super) fn keep(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let name = new_name(rest)?;
    if name == LAST {
        return Err(Fault::at(rest.span(), "`_` is the last result; choose another name"));
    }
    if plan.context.library.find(&name).is_some() || plan.context.library.pipeline(&name).is_some() {
        return Err(Fault::at(rest.span(), format!("`{name}` is a canned query; choose another name")));
    }
    if plan.dry {
        return Ok(());
    }
    if plan.reads_last {
        // What has a name does not change with the next result.
        plan.collect()?;
    }
    let columns = plan.schema().len();
    let text = plan.text.get(..rest.span().start).unwrap_or_default();
    let text = text.trim_end().rsplit_once('|').map_or(text, |(before, _)| before).trim();
    let kept = Kept {
        lazy: plan.lazy(),
        schema: plan.schema().clone(),
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    plan.frames.keep(&name, kept);
    plan.effects.push(Effect::Text(format!("frame {name}: {columns} columns, run when it is shown\n")));
    plan.silent = true;
    Ok(())
}

pub(super) fn save(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let name = new_name(rest)?;
    let objects = plan.context.store.objects().map_err(|e| Fault::new(e.to_string()))?;
    if name == LAST || plan.context.library.find(&name).is_some() {
        let what = if name == LAST { "the last result" } else { "a canned query" };
        return Err(Fault::at(rest.span(), format!("`{name}` is {what}; choose another name")));
    }
    let ours = plan.context.store.is_temporary(&name).map_err(|e| Fault::new(e.to_string()))?;
    if let Some(taken) =
        objects.iter().find(|o| o.name.eq_ignore_ascii_case(&name) && o.kind != ObjectKind::Macro && !ours)
    {
        let message = format!("`{}` is a {} of the database; choose another name", taken.name, taken.kind.name());
        return Err(Fault::at(rest.span(), message).help("a saved frame lives in this session only"));
    }
    if plan.dry {
        return Ok(());
    }
    let outcome = plan.outcome()?;
    plan.context.store.keep(&name, &outcome).map_err(|e| Fault::new(e.to_string()))?;
    let rows = outcome.rows();
    plan.effects.push(Effect::Text(format!(
        "saved {rows} rows: SQL sees them as {} until this session ends\n",
        expr::quoted(&name)
    )));
    plan.silent = true;
    Ok(())
}

pub(super) fn write(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let text = rest.text().trim_matches(['\'', '"']);
    if text.is_empty() {
        return Err(Fault::new("to which file?"));
    }
    if plan.dry {
        return Ok(());
    }
    let outcome = plan.outcome()?;
    plan.effects.push(Effect::Write { path: PathBuf::from(text), outcome });
    plan.silent = true;
    Ok(())
}

pub(super) fn explain(plan: &mut Plan<'_>, _: &Piece<'_>) -> Done {
    if plan.dry {
        return Ok(());
    }
    let text = plan.lazy().explain(true).map_err(|e| Fault::new(expr::plain(&e)))?;
    plan.effects.push(Effect::Text(format!("{}\n", text.trim_end())));
    plan.silent = true;
    Ok(())
}

pub(super) fn chart(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    if plan.dry {
        return Ok(());
    }
    let outcome = plan.outcome()?;
    plan.effects.push(Effect::Chart { spec: rest.text().to_owned(), outcome });
    plan.silent = true;
    Ok(())
}
