//! Plugins whose import does what it should not.

use super::{add, project};
use crate::support::of_type;

#[test]
fn an_import_that_prints_reads_replaces_and_starts_threads_breaks_nothing() {
    let Some(project) = project() else { return };
    let main = "
import sys
import threading

print('printed at import')
sys.stderr.write('complained at import\\n')
READ = sys.stdin.read()
threading.Thread(target=threading.Event().wait).start()
sys.stdout = sys.stderr = sys.stdin = None

class Calm(BaseAgent):
    async def _execute_task(self, request):
        yield f'read {READ!r} and is calm\\n'

class Loud(BasePlugin):
    def get_agents(self):
        return {'calm': Calm}
";
    add(&project, "loud", main);
    project.run(["agent", "run", "calm", "x"]).assert_exit(0).assert_out("read '' and is calm");
    let log = project.log();
    assert!(log.contains("printed at import") && log.contains("complained at import"), "{log}");
}

#[test]
fn an_import_that_ends_the_process_is_broken_in_words_and_the_others_load() {
    let Some(project) = project() else { return };
    project.add_approved("echo", "{}");
    add(&project, "leaves", "import os\nos._exit(3)\n");
    let leaves = project.plugin("leaves");
    assert_eq!(leaves["state"], "broken", "{leaves}");
    assert!(leaves["reason"].as_str().unwrap().contains("exit status 3"), "{leaves}");
    let events = project.run(["run", "chorus", "x", "--json"]).assert_exit(0).run();
    assert_eq!(of_type(&events, "run_finished")[0]["status"], "completed");
}
