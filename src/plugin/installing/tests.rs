//! With real environments. No network: the packages are wheels that are made here.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::*;
use crate::runtime::python::testing::{self, skip};

/// Writes the wheel of a package with one module, which says its version.
const WHEEL: &str = r#"
import base64, hashlib, sys, zipfile
folder, name, version = sys.argv[1:]
info = f"{name}-{version}.dist-info"
files = {
    f"{name}.py": f"version = '{version}'\n",
    f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
digest = lambda text: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
rows = [f"{path},sha256={digest(text)},{len(text.encode())}" for path, text in files.items()]
files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,"]) + "\n"
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as wheel:
    for path, text in files.items():
        wheel.writestr(path, text)
"#;

struct Desk {
    dir: tempfile::TempDir,
    interpreter: Interpreter,
}

impl Desk {
    /// Nothing without a Python; the test is then skipped.
    async fn new() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let interpreter = testing::python(dir.path()).await?;
        fs::create_dir(dir.path().join("wheels")).unwrap();
        let desk = Desk { dir, interpreter };
        desk.wheel("tiny", "1.0");
        desk.wheel("tiny", "2.0");
        Some(desk)
    }

    fn wheel(&self, name: &str, version: &str) {
        let mut command = Command::new(&self.interpreter.path);
        command.args(["-I", "-c", WHEEL]).arg(self.dir.path().join("wheels")).args([name, version]);
        assert!(command.status().unwrap().success());
    }

    fn order(&self, requirements: &str) -> InstallOrder {
        let plugin_dir = self.dir.path().join("plugin");
        fs::create_dir_all(&plugin_dir).unwrap();
        fs::write(plugin_dir.join("requirements.txt"), requirements).unwrap();
        InstallOrder {
            plugin: "demo-plugin".parse().unwrap(),
            interpreter: self.interpreter.clone(),
            dependencies: Dependencies::read(&plugin_dir, &[]).unwrap(),
            source_distributions: false,
            dir: self.dir.path().join("environments"),
        }
    }

    /// With variables that would lead an installer astray.
    fn toolbox(&self, uv: Option<PathBuf>) -> Toolbox {
        let ours = |name: &OsString| ["PIP_", "UV_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix));
        let mut environment: Vec<_> = std::env::vars_os().filter(|(name, _)| !ours(name)).collect();
        let at = |path: &str| self.dir.path().join(path).into_os_string();
        let set = [
            ("PIP_NO_INDEX", OsString::from("1")),
            ("PIP_FIND_LINKS", at("wheels")),
            ("PIP_TARGET", at("elsewhere")),
            ("UV_OFFLINE", OsString::from("1")),
            ("UV_FIND_LINKS", at("wheels")),
            ("UV_CACHE_DIR", at("cache")),
            ("UV_SYSTEM_PYTHON", OsString::from("1")),
            ("PYTHONPATH", at("elsewhere")),
        ];
        environment.extend(set.map(|(name, value)| (name.into(), value)));
        Toolbox { uv, environment }
    }

    async fn prepare(&self, order: &InstallOrder) -> Result<PathBuf, InstallError> {
        prepare_with(&self.toolbox(None), order, &CancellationToken::new(), |_| ()).await
    }

    /// The names in the folder of the plugin's environments, without the two files that always lie there.
    fn environments(&self) -> Vec<OsString> {
        let entries = self.dir.path().join("environments").read_dir().unwrap();
        entries
            .flatten()
            .map(|entry| entry.file_name())
            .filter(|name| name != "lock" && name != "current.json")
            .collect()
    }
}

/// The version of the module that the environment's interpreter imports, as a plugin's process would.
fn imported(interpreter: &Path) -> String {
    let mut command = Command::new(interpreter);
    let output = command.args(["-I", "-B", "-c", "import tiny; print(tiny.version)"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn an_environment_is_made_reused_and_made_anew_when_the_requirements_change() {
    let Some(desk) = Desk::new().await else { return };
    let order = desk.order("tiny==1.0\n");
    assert_eq!(ready(&order), None);
    assert!(missing(&order).starts_with("it needs tiny==1.0, not installed yet for Python 3."), "{}", missing(&order));
    let first = desk.prepare(&order).await.unwrap();
    assert_eq!(imported(&first), "1.0");
    assert!(!desk.dir.path().join("elsewhere").exists());

    // Comments are no change, and nothing is started for what is there.
    let same = desk.order("# pinned\ntiny==1.0  # for now\n");
    assert_eq!(ready(&same), Some(first.clone()));
    let toolbox = desk.toolbox(None);
    let again = prepare_with(&toolbox, &same, &CancellationToken::new(), |line| panic!("{line}")).await;
    assert_eq!(again.unwrap(), first);

    let changed = desk.order("tiny>=2\n");
    assert_eq!(ready(&changed), None);
    assert!(missing(&changed).contains("has changed since it was installed: tiny>=2"), "{}", missing(&changed));
    let second = desk.prepare(&changed).await.unwrap();
    assert_eq!(imported(&second), "2.0");
    assert!(!first.exists());
    assert_eq!(desk.environments().len(), 1);

    // As after an upgrade of the system's Python.
    fs::remove_file(&second).unwrap();
    assert_eq!(ready(&changed), None);
}

#[tokio::test]
async fn without_an_index_it_says_what_is_missing_and_what_to_run() {
    let Some(desk) = Desk::new().await else { return };
    let order = desk.order("tiny\nno-such-package>=3\n");
    let error = desk.prepare(&order).await.unwrap_err();
    assert!(matches!(&error, InstallError::Failed { .. }), "{error}");
    let text = error.to_string();
    assert!(text.starts_with("no-such-package>=3 could not be installed: pip ended with"), "{text}");
    assert!(text.contains("No matching distribution"), "{text}");
    assert!(error.remedy().contains("orchestrator plugin install demo-plugin"), "{}", error.remedy());
    assert_eq!(ready(&order), None);
    assert!(desk.environments().is_empty());
}

#[tokio::test]
async fn a_package_that_has_to_be_built_is_not_installed_unless_that_is_allowed() {
    let Some(desk) = Desk::new().await else { return };
    let source = desk.dir.path().join("wheels/sourced-1.0.tar.gz");
    // Never looked into: a file of this name is a source distribution to an installer.
    fs::write(&source, "").unwrap();
    let error = desk.prepare(&desk.order("sourced\n")).await.unwrap_err();
    assert!(error.to_string().contains("No matching distribution"), "{error}");
    assert!(error.remedy().contains("--source-distributions"), "{}", error.remedy());
}

#[tokio::test]
async fn a_cancelled_installation_counts_for_nothing_and_the_next_one_is_whole() {
    let Some(desk) = Desk::new().await else { return };
    let order = desk.order("tiny==1.0\n");
    let cancel = CancellationToken::new();
    let toolbox = desk.toolbox(None);
    let cancelled = prepare_with(&toolbox, &order, &cancel, |line| {
        if line.starts_with("installing ") {
            cancel.cancel();
        }
    });
    assert!(matches!(cancelled.await, Err(InstallError::Cancelled)));
    assert_eq!(ready(&order), None);

    // What a killed process leaves: a folder that no marker names, however whole it looks.
    let left = order.dir.join("left-behind/environment/bin");
    fs::create_dir_all(&left).unwrap();
    std::os::unix::fs::symlink(&order.interpreter.path, left.join("python")).unwrap();
    assert_eq!(ready(&order), None);
    let made = desk.prepare(&order).await.unwrap();
    assert_eq!(imported(&made), "1.0");
    assert_eq!(desk.environments().len(), 1);
}

#[tokio::test]
async fn two_at_once_make_one_environment() {
    let Some(desk) = Desk::new().await else { return };
    let order = desk.order("tiny\n");
    let toolbox = desk.toolbox(None);
    let cancel = CancellationToken::new();
    let mut told = [Vec::new(), Vec::new()];
    let [first, second] = &mut told;
    let (one, other) = tokio::join!(
        prepare_with(&toolbox, &order, &cancel, |line| first.push(line)),
        prepare_with(&toolbox, &order, &cancel, |line| second.push(line)),
    );
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!(desk.environments().len(), 1);
    let waited: Vec<_> = told.iter().filter(|lines| lines[0].contains("waiting for it")).collect();
    assert_eq!(waited.len(), 1, "{told:?}");
    assert_eq!(waited[0].len(), 1, "who waited installed nothing: {told:?}");
}

#[tokio::test]
async fn uv_does_the_same_where_it_is() {
    let named = std::env::var_os("ORCHESTRATOR_TEST_UV").map(PathBuf::from);
    let Some(uv) = named.or(Toolbox::of_machine().uv) else {
        return skip("uv is not in PATH, nor named by ORCHESTRATOR_TEST_UV");
    };
    let Some(desk) = Desk::new().await else { return };
    let toolbox = desk.toolbox(Some(uv));
    let order = desk.order("tiny<2\n");
    let mut told = Vec::new();
    let made = prepare_with(&toolbox, &order, &CancellationToken::new(), |line| told.push(line)).await.unwrap();
    assert_eq!(imported(&made), "1.0");
    assert!(told[0].contains("with uv") && told.len() > 2, "{told:?}");

    let order = desk.order("no-such-package\n");
    let error = prepare_with(&toolbox, &order, &CancellationToken::new(), |_| ()).await.unwrap_err();
    assert!(error.to_string().starts_with("no-such-package could not be installed: uv ended"), "{error}");
    // The one that was made for other requirements stays until there is a newer one.
    assert_eq!(desk.environments().len(), 1);
}
