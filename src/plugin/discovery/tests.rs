use std::fs;
use std::os::unix::fs::symlink;

use super::*;
use crate::config::Bases;
use crate::runtime::embedded::EmbeddedFile;

struct Project {
    dir: tempfile::TempDir,
}

impl Project {
    fn new() -> Self {
        let project = Project { dir: tempfile::tempdir().unwrap() };
        fs::create_dir(project.plugins()).unwrap();
        project
    }

    fn plugins(&self) -> PathBuf {
        self.dir.path().join("plugins")
    }

    fn add(&self, folder: &str, manifest: &str) -> PathBuf {
        let dir = self.plugins().join(folder);
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join(FILE_NAME), manifest).unwrap();
        fs::write(dir.join("main.py"), "pass\n").unwrap();
        dir
    }

    fn discover_with(&self, bundled: &'static [Bundled]) -> Vec<Discovered> {
        let home = self.dir.path().join("home");
        let bases = Bases { config: home.clone(), data: home.clone(), state: home };
        let discovery = merge(&Places::at(self.dir.path(), &bases).unwrap(), bundled);
        assert_eq!(discovery.problem, None);
        discovery.plugins
    }

    fn discover(&self) -> Vec<Discovered> {
        self.discover_with(&[])
    }
}

fn manifest(name: &str) -> String {
    format!("name: {name}\nversion: 1.0.0\n")
}

fn names(plugins: &[Discovered]) -> Vec<&str> {
    plugins.iter().map(|plugin| plugin.name.as_str()).collect()
}

#[test]
fn folders_with_a_manifest_are_plugins_sorted_by_name() {
    let project = Project::new();
    project.add("z_folder", &manifest("first"));
    project.add("a_folder", &manifest("second"));
    fs::create_dir(project.plugins().join("no_manifest")).unwrap();
    fs::write(project.plugins().join("file"), "").unwrap();
    let plugins = project.discover();
    assert_eq!(names(&plugins), ["first", "second"]);
    assert_eq!(plugins[0].folder, "z_folder");
    assert!(plugins.iter().all(|plugin| plugin.found.is_ok() && plugin.origin == Origin::Project));
}

#[test]
fn the_broken_ones_are_listed_with_their_reason_and_the_others_are_found() {
    let project = Project::new();
    project.add("Bad Manifest", "name: [");
    let piped = project.add("piped", &manifest("piped"));
    fs::remove_file(piped.join("main.py")).unwrap();
    symlink("/etc/hostname", piped.join("main.py")).unwrap();
    project.add("good", &manifest("good"));
    let plugins = project.discover();
    assert_eq!(names(&plugins), ["bad-manifest", "good", "piped"]);
    let fault = plugins[0].found.clone().unwrap_err();
    assert!(matches!(fault, Fault::Manifest(_)), "{fault:?}");
    assert!(fault.remedy().contains("plugin.yaml:1"), "{}", fault.remedy());
    let fault = plugins[2].found.clone().unwrap_err();
    assert!(fault.to_string().contains("main.py"), "{fault}");
    assert!(plugins[1].found.is_ok());
}

#[test]
fn the_second_with_a_name_is_told_who_has_it() {
    let project = Project::new();
    let first = project.add("a", &manifest("my-plugin"));
    project.add("b", &manifest("my_plugin"));
    project.add("my_plugin", &manifest("my-plugin"));
    let plugins = project.discover();
    assert_eq!(names(&plugins), ["b", "my-plugin", "my_plugin-2"]);
    assert!(plugins[1].found.is_ok());
    for other in [&plugins[0], &plugins[2]] {
        match &other.found {
            Err(Fault::NameTaken { holder, .. }) => {
                assert_eq!(holder.canonicalize().unwrap(), first.canonicalize().unwrap())
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_broken_plugin_takes_no_name_from_a_good_one() {
    let project = Project::new();
    project.add("alpha", "name: [");
    project.add("beta", &manifest("alpha"));
    let plugins = project.discover();
    assert_eq!(names(&plugins), ["alpha", "alpha-2"]);
    assert_eq!(plugins[0].folder, "beta");
    assert!(plugins[0].found.is_ok() && plugins[1].found.is_err());
}

#[test]
fn a_declared_library_in_target_is_content() {
    let project = Project::new();
    let dir =
        project.add("native", &format!("{}library: target/release/libx.so\nruntime: native\n", manifest("native")));
    let hash = || project.discover()[0].found.clone().unwrap().content_hash;
    let before = hash();
    fs::create_dir_all(dir.join("target/release")).unwrap();
    fs::write(dir.join("target/release/libx.so"), "code").unwrap();
    let built = hash();
    assert_ne!(built, before);
    fs::write(dir.join("target/release/libx.so"), "other").unwrap();
    assert_ne!(hash(), built);
}

#[test]
fn the_library_to_load_is_known_by_its_own_digest() {
    let project = Project::new();
    for library in ["target/release/libx.so", "./libx.so", "link/libx.so"] {
        let dir = project.add("native", &format!("{}library: {library}\nruntime: native\n", manifest("native")));
        fs::create_dir_all(dir.join("target/release")).unwrap();
        fs::create_dir_all(dir.join("real")).unwrap();
        let _ = symlink("real", dir.join("link"));
        assert_eq!(project.discover()[0].found.clone().unwrap().library, None, "{library}");
        fs::write(dir.join(library), library).unwrap();
        let found = project.discover()[0].found.clone().unwrap();
        assert_eq!(found.library, Some(Sha256::digest(library).into()), "{library}");
    }
}

/// A bundled plugin with the content that `dir` has now.
fn bundled_like(folder: &'static str, dir: &Path) -> &'static [Bundled] {
    let text = fs::read_to_string(dir.join(FILE_NAME)).unwrap();
    let files =
        ["main.py", FILE_NAME].map(|path| EmbeddedFile { path, bytes: fs::read(dir.join(path)).unwrap().leak() });
    let bundled = Bundled::for_test(folder, text.leak(), content::digest(dir).unwrap(), files.to_vec().leak());
    vec![bundled].leak()
}

#[test]
fn a_bundled_plugin_is_there_without_a_folder() {
    let project = Project::new();
    let elsewhere = Project::new();
    let bundled = bundled_like("demo_plugin", &elsewhere.add("demo_plugin", &manifest("demo-plugin")));
    let plugins = project.discover_with(bundled);
    assert_eq!(names(&plugins), ["demo-plugin"]);
    assert_eq!(plugins[0].origin, Origin::Bundled(&bundled[0]));
    assert_eq!(plugins[0].found.as_ref().unwrap().content_hash, bundled[0].content_hash());
    // It is a whole plugin outside of the project, and nothing was written into that.
    let digest = content::digest(&plugins[0].dir).unwrap();
    assert_eq!(ContentHash::from_digest(&digest), bundled[0].content_hash());
    assert!(project.plugins().read_dir().unwrap().next().is_none());
}

#[test]
fn a_bundled_plugin_that_can_not_be_unpacked_is_broken_and_says_where() {
    let project = Project::new();
    let elsewhere = Project::new();
    let bundled = bundled_like("demo_plugin", &elsewhere.add("demo_plugin", &manifest("demo-plugin")));
    fs::create_dir_all(project.dir.path().join("home/shared")).unwrap();
    fs::write(project.dir.path().join("home/shared/plugins"), "in the way").unwrap();
    let plugins = project.discover_with(bundled);
    let fault = plugins[0].found.as_ref().unwrap_err();
    assert!(matches!(fault, Fault::NotUnpacked { .. }) && fault.remedy().contains("shared/plugins"), "{fault}");
}

#[test]
fn the_projects_copy_is_the_bundled_one_only_while_it_is_the_same() {
    let project = Project::new();
    let dir = project.add("demo_plugin", &manifest("demo-plugin"));
    let bundled = bundled_like("demo_plugin", &dir);
    let plugins = project.discover_with(bundled);
    assert_eq!(plugins.len(), 1);
    assert_eq!((plugins[0].origin, &plugins[0].dir), (Origin::Bundled(&bundled[0]), &dir.canonicalize().unwrap()));
    fs::write(dir.join("main.py"), "changed\n").unwrap();
    let plugins = project.discover_with(bundled);
    assert_eq!((plugins.len(), plugins[0].origin), (1, Origin::InPlaceOfBundled));
}
