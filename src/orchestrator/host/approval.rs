//! Whether a plugin's code may run, and where: approval and trust, in commands and in words.

use super::LocalHost;
use super::grants::{WHO, not_changed};
use super::queries::no_plugin;
use crate::event::{ContentHash, PluginName};
use crate::orchestrator::api::{Done, FacadeError};
use crate::permission::{Request, Standing, View};
use crate::plugin::discovery::Origin;
use crate::plugin::manager::{Record, Status};
use crate::plugin::manifest::Runtime;

/// What of a plugin is approved or trusted.
struct Subject {
    content: ContentHash,
    runtime: Runtime,
}

impl LocalHost {
    /// Approves the plugin's present content, grants what it asks for, installs what it requires, and loads it; only if
    /// it is the content that was `seen`, if that is given.
    pub(super) async fn approve(&self, plugin: &PluginName, seen: Option<ContentHash>) -> Result<Done, FacadeError> {
        let subject = self.subject(plugin)?;
        self.approve_and_load(plugin, &subject, seen, "").await
    }

    /// Approves it, and loads it into this process if it is native.
    pub(super) async fn trust(&self, plugin: &PluginName, seen: Option<ContentHash>) -> Result<Done, FacadeError> {
        let subject = self.subject(plugin)?;
        if subject.runtime == Runtime::Python {
            let why = "Python always runs in a process of its own, so trusting it is no more than approving it: ";
            return self.approve_and_load(plugin, &subject, seen, why).await;
        }
        self.permissions().trust(plugin, seen, WHO).await.map_err(not_changed)?;
        self.remember(plugin).await;
        let status = self.load_anew(plugin, Wanted::Host).await?;
        Ok(said(format!(
            "{plugin} ({}) is trusted as it is now: it runs in this process, where permissions are advisory and its \
             code can do what you can; {}; {}",
            subject.content.short(),
            self.given(plugin),
            standing(status)
        )))
    }

    /// Takes the trust back, and moves the plugin into a process of its own.
    pub(super) async fn distrust(&self, plugin: &PluginName) -> Result<Done, FacadeError> {
        self.subject(plugin)?;
        self.permissions().distrust(plugin, WHO).await.map_err(not_changed)?;
        let status = self.load_anew(plugin, Wanted::Child).await?;
        Ok(said(format!(
            "{plugin} is no longer trusted: it runs in a process of its own, which is confined, and is still approved; {}",
            standing(status)
        )))
    }

    async fn approve_and_load(
        &self,
        plugin: &PluginName,
        subject: &Subject,
        seen: Option<ContentHash>,
        why: &str,
    ) -> Result<Done, FacadeError> {
        self.permissions().approve(plugin, seen, WHO).await.map_err(not_changed)?;
        self.remember(plugin).await;
        let manager = self.manager();
        let loaded = match subject.runtime {
            Runtime::Native => manager.load_plugin(plugin).await,
            // Wheels alone: to build a package is to run its code, and nobody allowed that.
            Runtime::Python => manager.install_plugin(plugin, false).await,
        };
        let status = loaded.map_err(|error| FacadeError::failed(error.to_string()))?;
        let trusted = self.permissions().is_trusted(plugin, &subject.content);
        let place = if trusted {
            "in this process, since it is trusted as well (`orchestrator plugin distrust` takes that back)"
        } else {
            "in a process of its own, which is confined (`orchestrator plugin show` says to what)"
        };
        Ok(said(format!(
            "{why}{plugin} ({}) is approved as it is now: it may be built, installed and run, {place}; {}; {}",
            subject.content.short(),
            self.given(plugin),
            standing(status)
        )))
    }

    /// Keeps what was approved, to tell later what has changed. A plugin that came with the program is never held.
    async fn remember(&self, plugin: &PluginName) {
        if let Some(record) = self.manager().get(plugin)
            && !matches!(record.plugin.origin, Origin::Bundled(_))
        {
            self.manager().remember_files(&record).await;
        }
    }

    /// Loads the plugin where it belongs now: one that runs elsewhere is closed first.
    async fn load_anew(&self, plugin: &PluginName, wanted: Wanted) -> Result<Status, FacadeError> {
        let failed = |error: crate::plugin::manager::ManagerError| FacadeError::failed(error.to_string());
        let record = self.manager().get(plugin);
        let is_elsewhere = record.as_ref().and_then(Record::code).is_some_and(|live| match wanted {
            Wanted::Host => live.process().is_some(),
            Wanted::Child => live.process().is_none(),
        });
        if is_elsewhere {
            self.manager().unload_plugin(plugin).await.map_err(failed)?;
        }
        self.manager().load_plugin(plugin).await.map_err(failed)
    }

    fn subject(&self, plugin: &PluginName) -> Result<Subject, FacadeError> {
        let record = self.manager().get(plugin).ok_or_else(|| no_plugin(plugin))?;
        let found = record
            .plugin
            .found
            .as_ref()
            .map_err(|fault| FacadeError::failed(format!("{plugin} is broken: {fault}")).remedy(fault.remedy()))?;
        Ok(Subject { content: found.content_hash.clone(), runtime: found.manifest.runtime })
    }

    /// What it was granted of what it asks for, and what it was not.
    fn given(&self, plugin: &PluginName) -> String {
        let views = self.permissions().view(plugin);
        let (granted, denied): (Vec<View>, Vec<View>) =
            views.into_iter().partition(|view| view.standing == Standing::Granted);
        let not: String =
            denied.iter().map(|view| format!("; not {}: {}", view.request.permission, view.rule)).collect();
        let what = if granted.is_empty() && not.is_empty() { "it asks for" } else { "of what it asks for, it has" };
        format!("{what} {}{not}", asked(granted.iter().map(|view| &view.request)))
    }
}

/// Where a native plugin is to run.
enum Wanted {
    Host,
    Child,
}

fn asked<'a>(requests: impl Iterator<Item = &'a Request>) -> String {
    let name = |request: &Request| match request.optional {
        true => format!("{} (optional)", request.permission),
        false => request.permission.to_string(),
    };
    let names: Vec<String> = requests.map(name).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// How it stands afterwards, whatever that is: what was decided holds all the same.
fn standing(status: Status) -> String {
    let reason = status.reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    let remedy = match status.remedy {
        Some(remedy) if !status.state.is_usable() => format!("\n{remedy}"),
        Some(_) | None => String::new(),
    };
    format!("it {}{reason}{remedy}", status.state.as_predicate())
}

fn said(message: String) -> Done {
    Done::Ok { message }
}
