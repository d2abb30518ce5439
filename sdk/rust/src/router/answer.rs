//! What a route answers.

use std::pin::Pin;

use futures_util::Stream;
use orchestrator_protocol::target::ApiResponse;

use crate::PluginError;

/// The body of an answer, piece by piece. It is asked for the next piece when somebody takes the one before; an error
/// breaks the answer off.
pub type ApiStream = Pin<Box<dyn Stream<Item = Result<Vec<u8>, PluginError>> + Send>>;

/// An answer, whole or as it comes.
pub enum ApiAnswer {
    Whole(ApiResponse),
    Streamed { status: u16, headers: Vec<(String, String)>, body: ApiStream },
}

impl ApiAnswer {
    /// An answer of 200 that is streamed, such as one of `text/event-stream`.
    pub fn streamed(
        content_type: impl Into<String>,
        body: impl Stream<Item = Result<Vec<u8>, PluginError>> + Send + 'static,
    ) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.into())];
        ApiAnswer::Streamed { status: 200, headers, body: Box::pin(body) }
    }
}

impl From<ApiResponse> for ApiAnswer {
    fn from(response: ApiResponse) -> Self {
        ApiAnswer::Whole(response)
    }
}
