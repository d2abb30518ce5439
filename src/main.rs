use std::process::ExitCode;

use orchestrator::runtime::exec;

fn main() -> ExitCode {
    // Before anything else: a supervisor is no host.
    if std::env::args_os().nth(1).is_some_and(|first| first == exec::SUPERVISE) {
        return exec::supervisor::main();
    }
    ExitCode::SUCCESS
}
