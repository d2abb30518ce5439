//! `orchestrator api`

use std::io::Read;

use super::args::{ApiCallArgs, ApiCommand};
use super::console::Console;
use super::exit::{Exit, Failure};
use super::table::{brief, table};
use super::unloaded::remark_unloaded;
use crate::event::text::Cleaner;
use crate::orchestrator::api::{
    Answer, ApiCall, Body, Command, Done, Facade, FacadeError, PluginRoute, Query, RouteAnswer,
};

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
                console.say(&listed(&routes))?;
                remark_unloaded(facade, console, "routes").await?;
            }
            Ok(Exit::Completed)
        }
        ApiCommand::Call(args) => {
            let json = args.json.json;
            let call = request(args)?;
            if json {
                let Done::Answered(reply) = facade.command(Command::CallRoute(call)).await? else {
                    return Err(Failure::unexpected_answer());
                };
                console.json(&reply)?;
                return Ok(exit(reply.status));
            }
            let answer = facade.fetch(call).await.map_err(FacadeError::from)?;
            print(console, answer).await
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

/// Prints the answer as it comes.
async fn print(console: &mut Console, answer: RouteAnswer) -> Result<Exit, Failure> {
    let RouteAnswer { plugin, status, headers: _, mut body } = answer;
    console.remark(&format!("{status} from {plugin}"))?;
    let (mut cleaner, mut rest) = (Cleaner::new(), Vec::new());
    while let Some(piece) = body.next().await {
        let piece = piece?;
        if console.is_terminal() {
            // What a plugin says is not for a terminal as it is.
            rest.extend(piece);
            console.say(&cleaner.clean(&text_of(&mut rest)))?;
        } else {
            console.bytes(&piece)?;
        }
    }
    if console.is_terminal() {
        console.say_line(&cleaner.clean(&String::from_utf8_lossy(&rest)))?;
    }
    Ok(exit(status))
}

/// Takes the text out; a character that has come in part stays.
fn text_of(bytes: &mut Vec<u8>) -> String {
    let whole = match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        Ok(_) | Err(_) => bytes.len(),
    };
    let rest = bytes.split_off(whole);
    String::from_utf8_lossy(&std::mem::replace(bytes, rest)).into_owned()
}

fn exit(status: u16) -> Exit {
    if status < 400 { Exit::Completed } else { Exit::Failed }
}

fn listed(routes: &[PluginRoute]) -> String {
    let rows: Vec<_> = routes
        .iter()
        .map(|route| {
            let plugin = route.plugin.to_string();
            let description = match (&route.shadowed_by, &route.permitted) {
                (Some(first), _) => format!("not served: {first} had it first"),
                (None, Some(why)) => format!("not served: {}", why.lines().next().unwrap_or_default()),
                (None, None) => route.description.clone(),
            };
            [route.method.clone(), route.path.clone(), plugin, brief(&description, 60)]
        })
        .collect();
    table(["METHOD", "PATH", "PLUGIN", "DESCRIPTION"], &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_comes_in_two_pieces_is_whole() {
        let (sign, mut bytes) = ("\u{20ac}".as_bytes(), b"1 ".to_vec());
        bytes.extend(&sign[..2]);
        assert_eq!(text_of(&mut bytes), "1 ");
        bytes.extend(&sign[2..]);
        assert_eq!(text_of(&mut bytes), "\u{20ac}");
        bytes.extend(b"\xff.");
        assert_eq!(text_of(&mut bytes), "\u{fffd}.");
    }
}
