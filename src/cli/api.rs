//! `orchestrator api`

use std::io::Read;

use super::args::{ApiCallArgs, ApiCommand};
use super::console::Console;
use super::exit::{Exit, Failure};
use super::table::{brief, table};
use super::unloaded::remark_unloaded;
use crate::event::text::Cleaner;
use crate::orchestrator::api::{Answer, ApiCall, ApiReply, Body, Command, Done, Facade, PluginRoute, Query};

/// The most that a request's body may have, in bytes: it has to fit a message.
const MOST_BODY: u64 = 8 * 1024 * 1024;

pub async fn api(facade: &dyn Facade, console: &mut Console, command: ApiCommand) -> Result<Exit, Failure> {
    match command {
        ApiCommand::List(json) => {
            let Answer::Routes(routes) = facade.query(Query::Routes).await? else {
                return Err(Failure::unexpected_answer());
            };
            if json.json {
                console.json(&routes)?
            } else {
                console.say(&listed(&routes))?
            }
            remark_unloaded(facade, console, "routes").await?;
            Ok(Exit::Completed)
        }
        ApiCommand::Call(args) => {
            let json = args.json.json;
            let call = request(args)?;
            let Done::Answered(reply) = facade.command(Command::CallRoute(call)).await? else {
                return Err(Failure::unexpected_answer());
            };
            answer(console, &reply, json)
        }
    }
}

fn request(args: ApiCallArgs) -> Result<ApiCall, Failure> {
    let ApiCallArgs { method, path, headers, body, .. } = args;
    if !path.starts_with('/') {
        return Err(Failure::Usage(format!("the path `{path}` does not begin with `/`; write `/{path}`")));
    }
    let (path, query) = path.split_once('?').unwrap_or((&path, ""));
    let body = body.map(|body| read_body(&body)).transpose()?.unwrap_or_default();
    let (path, query) = (path.to_owned(), query.to_owned());
    Ok(ApiCall { method: method.to_uppercase(), path, query, headers, body, ..ApiCall::default() })
}

/// `-` is the standard input, `@` and a path that file, anything else the body itself.
fn read_body(body: &str) -> Result<Body, Failure> {
    let read = |what: &str, reader: &mut dyn Read| {
        let mut bytes = Vec::new();
        let fault = |error: String| Failure::Usage(format!("can't read the body from {what}: {error}"));
        reader.take(MOST_BODY + 1).read_to_end(&mut bytes).map_err(|error| fault(error.to_string()))?;
        if bytes.len() as u64 > MOST_BODY {
            return Err(fault(format!("it is longer than {} MiB", MOST_BODY >> 20)));
        }
        Ok(Body(bytes))
    };
    match body.strip_prefix('@') {
        Some(path) => {
            let mut file = std::fs::File::open(path)
                .map_err(|error| Failure::Usage(format!("can't read the body from {path}: {error}")))?;
            read(path, &mut file)
        }
        None if body == "-" => read("the standard input", &mut std::io::stdin().lock()),
        None => Ok(body.into()),
    }
}

fn answer(console: &mut Console, reply: &ApiReply, json: bool) -> Result<Exit, Failure> {
    if json {
        console.json(reply)?;
    } else {
        console.remark(&format!("{} from {}", reply.status, reply.plugin))?;
        // What a plugin says is not for a terminal as it is.
        if console.is_terminal() {
            console.say_line(&Cleaner::new().clean(&reply.body.to_text_lossy()))?;
        } else {
            console.bytes(reply.body.as_bytes())?;
        }
    }
    Ok(if reply.status < 400 { Exit::Completed } else { Exit::Failed })
}

fn listed(routes: &[PluginRoute]) -> String {
    let rows: Vec<_> = routes
        .iter()
        .map(|route| {
            let plugin = route.plugin.to_string();
            [route.method.clone(), route.path.clone(), plugin, brief(&route.description, 60)]
        })
        .collect();
    table(["METHOD", "PATH", "PLUGIN", "DESCRIPTION"], &rows)
}
