//! The bytes of a request or an answer, as JSON carries them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes of any kind. Written beside the fields of what they belong to: as `body`, in plain text where they are text,
/// else in base64, and then with `"encoding": "base64"`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Body(pub Vec<u8>);

impl Body {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As text, if it is that.
    pub fn as_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// As text, with a sign in the place of what is none.
    pub fn to_text_lossy(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// What JSON can carry as it is. Control characters take six times their length there, and are rare in text.
    fn as_plain_text(&self) -> Option<&str> {
        let is_control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
        self.as_text().filter(|_| !self.0.iter().any(is_control))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Body(bytes)
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Body(text.into_bytes())
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        Body(text.as_bytes().to_vec())
    }
}

/// Short: a body may be long, and is nobody's to read in a log.
impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.as_text() {
            Some(text) if text.len() <= 200 => f.debug_tuple("Body").field(&text).finish(),
            _ => write!(f, "Body({} bytes)", self.len()),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
enum Encoding {
    Text,
    Base64,
}

#[derive(Serialize)]
struct Written<'a> {
    body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<Encoding>,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
struct Read {
    #[serde(default)]
    body: String,
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(inline))]
    encoding: Option<Encoding>,
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_plain_text() {
            Some(body) => Written { body, encoding: None }.serialize(serializer),
            None => Written { body: &STANDARD.encode(&self.0), encoding: Some(Encoding::Base64) }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Read { body, encoding } = Read::deserialize(deserializer)?;
        match encoding {
            None | Some(Encoding::Text) => Ok(Body(body.into_bytes())),
            Some(Encoding::Base64) => {
                let bytes = STANDARD.decode(body);
                bytes.map(Body).map_err(|error| D::Error::custom(format!("the body is not base64: {error}")))
            }
        }
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for Body {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        Read::schema()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for Body {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Around {
        status: u16,
        #[serde(flatten)]
        body: Body,
    }

    #[test]
    fn bytes_come_back_as_they_went_and_text_can_be_read_on_the_way() {
        for (body, written) in [
            (&b"soup\r\n"[..], json!({"status": 200, "body": "soup\r\n"})),
            ("Gr\u{fc}\u{df}e".as_bytes(), json!({"status": 200, "body": "Gr\u{fc}\u{df}e"})),
            (b"", json!({"status": 200, "body": ""})),
            (b"\x89PNG\xff", json!({"status": 200, "body": "iVBOR/8=", "encoding": "base64"})),
            (b"\0\0", json!({"status": 200, "body": "AAA=", "encoding": "base64"})),
        ] {
            let around = Around { status: 200, body: Body(body.to_vec()) };
            assert_eq!(serde_json::to_value(&around).unwrap(), written);
            assert_eq!(serde_json::from_value::<Around>(written).unwrap(), around);
        }
        let absent = serde_json::from_value::<Around>(json!({"status": 204})).unwrap();
        assert!(absent.body.is_empty());
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        let wrong = json!({"status": 200, "body": "***", "encoding": "base64"});
        assert!(serde_json::from_value::<Around>(wrong).unwrap_err().to_string().contains("not base64"));
        let unknown = json!({"status": 200, "body": "", "encoding": "rot13"});
        assert!(serde_json::from_value::<Around>(unknown).is_err());
    }
}
