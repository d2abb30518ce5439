//! Where everything of a project is.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::atomic::{self, Access};
use crate::event::PluginName;

/// Overrides the folder under which all projects' state is kept: for operators who keep it elsewhere, and tests.
pub const STATE_DIR_VARIABLE: &str = "ORCHESTRATOR_STATE_DIR";

/// Why nothing can be found.
#[derive(Debug, thiserror::Error)]
pub enum PlacesError {
    #[error("the project folder {dir} can't be used: {source}\nname a folder that exists with --project DIR")]
    Project { dir: PathBuf, source: std::io::Error },
    #[error("the project {dir} is not a folder\nname a folder with --project DIR")]
    NotAFolder { dir: PathBuf },
    #[error(
        "this user has no home folder, so there is no place for state\nset HOME, or {STATE_DIR_VARIABLE} to a folder"
    )]
    NoHome,
}

/// The user's own folders, the same for every project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bases {
    pub config: PathBuf,
    pub data: PathBuf,
    pub state: PathBuf,
}

impl Bases {
    /// The platform's, with `ORCHESTRATOR_STATE_DIR` over the state's.
    pub fn of_platform() -> Result<Self, PlacesError> {
        let state_override = std::env::var_os(STATE_DIR_VARIABLE).filter(|dir| !dir.is_empty()).map(PathBuf::from);
        match (directories::ProjectDirs::from("", "", "orchestrator"), state_override) {
            (Some(dirs), state) => Ok(Bases {
                config: dirs.config_dir().to_owned(),
                data: dirs.data_dir().to_owned(),
                state: state.unwrap_or_else(|| dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_owned()),
            }),
            (None, Some(state)) => {
                Ok(Bases { config: state.join("config"), data: state.join("data"), state: state.clone() })
            }
            (None, None) => Err(PlacesError::NoHome),
        }
    }
}

/// Where the files of one project are. What people write is in the project; everything that the program keeps is
/// in the user's own folders, apart for each project, and never in the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    dir: PathBuf,
    is_project: bool,
    plugins: PathBuf,
    config: PathBuf,
    /// The user's own, whatever the project.
    user_config: PathBuf,
    state: PathBuf,
    shared: PathBuf,
}

impl Places {
    /// Of the folder that was named, or the current one.
    pub fn find(dir: Option<&Path>) -> Result<Self, PlacesError> {
        Places::at(dir.unwrap_or(Path::new(".")), &Bases::of_platform()?)
    }

    /// Of `dir`. It is a project when it has a `plugins` or a `config` folder; without, plugins and config are
    /// the user's own, and so is the state.
    pub fn at(dir: &Path, bases: &Bases) -> Result<Self, PlacesError> {
        let canonical = dir.canonicalize().map_err(|source| PlacesError::Project { dir: dir.to_owned(), source })?;
        if !canonical.is_dir() {
            return Err(PlacesError::NotAFolder { dir: canonical });
        }
        let is_project = canonical.join("plugins").is_dir() || canonical.join("config").is_dir();
        let (home, state) = if is_project {
            (None, bases.state.join("projects").join(state_name(&canonical)))
        } else {
            (Some(bases), bases.state.join("no-project"))
        };
        Ok(Places {
            plugins: home.map_or(&canonical, |home| &home.data).join("plugins"),
            config: home.map_or_else(|| canonical.join("config"), |home| home.config.clone()),
            user_config: bases.config.clone(),
            state,
            shared: bases.state.join("shared"),
            is_project,
            dir: canonical,
        })
    }

    /// The folder that is open, project or not: absolute, without links.
    pub fn project_dir(&self) -> &Path {
        &self.dir
    }

    pub fn is_project(&self) -> bool {
        self.is_project
    }

    /// The folder's name, for people.
    pub fn project_name(&self) -> String {
        self.dir.file_name().map_or_else(|| "/".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    /// One folder for each plugin.
    pub fn plugins_dir(&self) -> &Path {
        &self.plugins
    }

    pub fn config_dir(&self) -> &Path {
        &self.config
    }

    pub fn plugin_config_file(&self, plugin: &PluginName) -> PathBuf {
        self.config.join("plugins").join(format!("{plugin}.json"))
    }

    /// The values of a plugin's secrets, for their owner alone.
    pub fn plugin_secrets_file(&self, plugin: &PluginName) -> PathBuf {
        self.state.join("secrets").join(format!("{plugin}.json"))
    }

    /// The last texts of a plugin's config.
    pub fn plugin_config_versions_dir(&self, plugin: &PluginName) -> PathBuf {
        self.state.join("config").join(plugin.as_str())
    }

    /// The grants, to be read and committed by people.
    pub fn permissions_file(&self) -> PathBuf {
        self.config.join("permissions.yaml")
    }

    pub fn settings_file(&self) -> PathBuf {
        self.config.join("orchestrator.yaml")
    }

    /// The user's own settings, of which some count in every project.
    pub fn user_settings_file(&self) -> PathBuf {
        self.user_config.join("orchestrator.yaml")
    }

    /// The user's own folder for what is kept of this project.
    pub fn state_dir(&self) -> &Path {
        &self.state
    }

    pub fn logs_dir(&self) -> PathBuf {
        self.state.join("logs")
    }

    /// Copies of native libraries, named by their content, that are loaded in place of the originals.
    pub fn libraries_dir(&self) -> PathBuf {
        self.state.join("libraries")
    }

    /// Where a plugin's native source is built.
    pub fn build_dir(&self, plugin: &PluginName) -> PathBuf {
        self.state.join("build").join(plugin.as_str())
    }

    /// A plugin's own folder, which outlives it.
    pub fn plugin_data_dir(&self, plugin: &PluginName) -> PathBuf {
        self.state.join("data").join(plugin.as_str())
    }

    /// The virtual environments of all Python plugins.
    pub fn environments_base(&self) -> PathBuf {
        self.state.join("environments")
    }

    /// The virtual environments of a Python plugin.
    pub fn environments_dir(&self, plugin: &PluginName) -> PathBuf {
        self.environments_base().join(plugin.as_str())
    }

    /// What interpreters answered when they were asked what they are; the same for every project.
    pub fn interpreters_dir(&self) -> PathBuf {
        self.shared.join("interpreters")
    }

    /// Where the Python SDK is unpacked; the same for every project.
    pub fn sdk_shelf(&self) -> PathBuf {
        self.shared.join("sdk")
    }

    /// Where the Python plugins that come with the program are unpacked; the same for every project.
    pub fn bundled_shelf(&self) -> PathBuf {
        self.shared.join("plugins")
    }

    /// A plugin's home and temporary files while it runs in a process of its own.
    pub fn plugin_private_dir(&self, plugin: &PluginName) -> PathBuf {
        self.state.join("private").join(plugin.as_str())
    }

    /// What this user approves and trusts in this project.
    pub fn trust_file(&self) -> PathBuf {
        self.state.join("trust.yaml")
    }

    /// Which hook handlers the user enabled and disabled in this project.
    pub fn handlers_file(&self) -> PathBuf {
        self.state.join("handlers.json")
    }

    /// The files of a plugin as they were when this user approved it.
    pub fn approved_files(&self, plugin: &PluginName) -> PathBuf {
        self.state.join("approved").join(format!("{plugin}.json"))
    }

    /// Grants, revocations and denials, one JSON document a line.
    pub fn audit_file(&self) -> PathBuf {
        self.state.join("audit.jsonl")
    }

    /// Makes the project's state folder and the one that all projects share, open to their owner alone also if they
    /// were there.
    pub fn create_state_dir(&self) -> std::io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        for dir in [&self.state, &self.shared] {
            atomic::create_dir(dir, Access::OwnerOnly)?;
            std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700))?;
        }
        Ok(())
    }
}

/// The same for the same folder, different for any other, and readable.
fn state_name(canonical: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let keep = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' };
    let name: String = canonical.file_name().unwrap_or_default().to_string_lossy().chars().map(keep).take(40).collect();
    let digest = Sha256::digest(canonical.as_os_str().as_bytes());
    let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{name}-{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bases(dir: &Path) -> Bases {
        Bases { config: dir.join("home/config"), data: dir.join("home/data"), state: dir.join("home/state") }
    }

    #[test]
    fn a_project_keeps_what_people_write_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("demo/plugins")).unwrap();
        let places = Places::at(&root.join("demo"), &bases(&root)).unwrap();
        assert!(places.is_project());
        assert_eq!(places.project_name(), "demo");
        assert_eq!(places.plugins_dir(), root.join("demo/plugins"));
        let plugin = "my-plugin".parse().unwrap();
        assert_eq!(places.plugin_config_file(&plugin), root.join("demo/config/plugins/my-plugin.json"));
        for kept in [places.logs_dir(), places.trust_file(), places.plugin_data_dir(&plugin)] {
            assert!(kept.starts_with(root.join("home/state/projects")), "{}", kept.display());
        }
    }

    #[test]
    fn without_a_project_the_users_own_folders_serve() {
        let dir = tempfile::tempdir().unwrap();
        let places = Places::at(dir.path(), &bases(dir.path())).unwrap();
        assert!(!places.is_project());
        assert_eq!(places.plugins_dir(), dir.path().join("home/data/plugins"));
        assert_eq!(places.permissions_file(), dir.path().join("home/config/permissions.yaml"));
    }

    #[test]
    fn two_projects_of_one_name_have_their_own_state_and_a_link_shares_it() {
        let dir = tempfile::tempdir().unwrap();
        for parent in ["a", "b"] {
            std::fs::create_dir_all(dir.path().join(parent).join("demo/config")).unwrap();
        }
        std::os::unix::fs::symlink(dir.path().join("a/demo"), dir.path().join("link")).unwrap();
        let state = |name: &str| Places::at(&dir.path().join(name), &bases(dir.path())).unwrap().state_dir().to_owned();
        assert_ne!(state("a/demo"), state("b/demo"));
        assert_eq!(state("a/demo"), state("link"));
    }

    #[test]
    fn the_state_is_its_owners_alone_also_where_it_was_not() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let places = Places::at(dir.path(), &bases(dir.path())).unwrap();
        for dir in [places.state_dir(), places.sdk_shelf().parent().unwrap()] {
            let mode = || dir.metadata().unwrap().permissions().mode() & 0o777;
            places.create_state_dir().unwrap();
            assert_eq!(mode(), 0o700);
            std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755)).unwrap();
            places.create_state_dir().unwrap();
            assert_eq!(mode(), 0o700);
        }
    }

    #[test]
    fn a_missing_folder_says_how_to_name_one() {
        let dir = tempfile::tempdir().unwrap();
        let error = Places::at(&dir.path().join("nowhere"), &bases(dir.path())).unwrap_err().to_string();
        assert!(error.contains("nowhere") && error.contains("--project DIR"), "{error}");
    }
}
