//! What an agent says is seen while it speaks.

use super::{add, pipe, project};
use crate::support::{Live, output_of};

const PATIENT: &str = "
class Patient(BaseAgent):
    def __init__(self):
        super().__init__(name='patient')
    async def _execute_task(self, request):
        yield 'waiting\\n'
        yield await asyncio.to_thread(lambda: open(request['task']).read())

class Waits(BasePlugin):
    def get_agents(self):
        return {'patient': Patient}
";

#[test]
fn each_piece_arrives_before_the_next_is_made() {
    let Some(project) = project() else { return };
    add(&project, "waits", PATIENT);
    let pipe = pipe(&project);
    let mut live = Live::start(&project, ["agent", "run", "patient", pipe.to_str().unwrap(), "--json"]);
    assert_eq!(live.wait_for_output("waiting"), "waiting\n");
    std::fs::write(&pipe, "go on\n").unwrap();
    let events = live.finish().assert_exit(0).run();
    assert_eq!(output_of(&events, "patient"), "waiting\ngo on\n");
}
