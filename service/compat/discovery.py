"""The discovery document of Comment Analyzer v1alpha1: Google's client libraries build themselves from it.

Its schemas also say what requests may hold; `google_json` checks them against it.
"""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

VERSION = "v1alpha1"
REVISION = "20261101"
SCOPE = "https://www.googleapis.com/auth/userinfo.email"
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
FLOAT: Schema = {"type": "number", "format": "float"}
WHOLE: Schema = {"type": "integer", "format": "int32"}
SCORE_TYPES = ("SCORE_TYPE_UNSPECIFIED", "PROBABILITY", "STD_DEV_SCORE", "PERCENTILE", "RAW")
SCORE_TYPE: Schema = {"type": "string", "enum": SCORE_TYPES}
TEXT_TYPE: Schema = {"type": "string", "enum": ("TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT", "HTML")}


def _ref(name: str) -> Schema:
    return {"$ref": name}


def _list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _map_of(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


SHAPES: Mapping[str, Mapping[str, Schema]] = {
    "AnalyzeCommentRequest": {
        "comment": _ref("TextEntry"),
        "requestedAttributes": _map_of(_ref("AttributeParameters")),
        "context": _ref("Context"),
        "languages": _list_of(TEXT),
        "spanAnnotations": FLAG,
        "doNotStore": FLAG,
        "dropUnsupportedAttributes": FLAG,
        "clientToken": TEXT,
        "sessionId": TEXT,
        "communityId": TEXT,
    },
    "AnalyzeCommentResponse": {
        "attributeScores": _map_of(_ref("AttributeScores")),
        "languages": _list_of(TEXT),
        "detectedLanguages": _list_of(TEXT),
        "clientToken": TEXT,
    },
    "SuggestCommentScoreRequest": {
        "comment": _ref("TextEntry"),
        "context": _ref("Context"),
        "attributeScores": _map_of(_ref("AttributeScores")),
        "languages": _list_of(TEXT),
        "communityId": TEXT,
        "clientToken": TEXT,
        "sessionId": TEXT,
    },
    "SuggestCommentScoreResponse": {
        "clientToken": TEXT,
        "requestedLanguages": _list_of(TEXT),
        "detectedLanguages": _list_of(TEXT),
    },
    "TextEntry": {"text": TEXT, "type": TEXT_TYPE},
    "Context": {
        "entries": _list_of(_ref("TextEntry")),
        "articleAndParentComment": _ref("ArticleAndParentComment"),
    },
    "ArticleAndParentComment": {"article": _ref("TextEntry"), "parentComment": _ref("TextEntry")},
    "AttributeParameters": {"scoreType": SCORE_TYPE, "scoreThreshold": FLOAT},
    "AttributeScores": {"summaryScore": _ref("Score"), "spanScores": _list_of(_ref("SpanScore"))},
    "SpanScore": {"begin": WHOLE, "end": WHOLE, "score": _ref("Score")},
    "Score": {"value": FLOAT, "type": SCORE_TYPE},
}
METHODS = {"analyze": "AnalyzeComment", "suggestscore": "SuggestCommentScore"}
PARAMETERS: Mapping[str, Schema] = {
    "$.xgafv": {"type": "string", "location": "query", "enum": ("1", "2"), "enumDescriptions": ("v1", "v2")},
    "access_token": {"type": "string", "location": "query"},
    "alt": {"type": "string", "location": "query", "default": "json", "enum": ("json",)},
    "callback": {"type": "string", "location": "query"},
    "fields": {"type": "string", "location": "query"},
    "key": {"type": "string", "location": "query"},
    "oauth_token": {"type": "string", "location": "query"},
    "prettyPrint": {"type": "boolean", "location": "query", "default": "true"},
    "quotaUser": {"type": "string", "location": "query"},
    "uploadType": {"type": "string", "location": "query"},
    "upload_protocol": {"type": "string", "location": "query"},
}


def document(root_url: str) -> dict[str, Any]:
    """Return the document; calls go to `root_url`, which ends with a slash."""
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": f"commentanalyzer:{VERSION}",
        "name": "commentanalyzer",
        "canonicalName": "Comment Analyzer",
        "version": VERSION,
        "revision": REVISION,
        "title": "Perspective Comment Analyzer API, served by Parley",
        "description": "Scores for comments.",
        "ownerDomain": "parley",
        "ownerName": "Parley",
        "icons": {},
        "protocol": "rest",
        "rootUrl": root_url,
        "baseUrl": root_url,
        "basePath": "",
        "servicePath": "",
        "batchPath": "batch",
        "version_module": True,
        "fullyEncodeReservedExpansion": True,
        "parameters": PARAMETERS,
        "auth": {"oauth2": {"scopes": {SCOPE: {"description": "Not needed: send a key."}}}},
        "resources": {"comments": {"methods": {name: _method(name, stem) for name, stem in METHODS.items()}}},
        "schemas": {name: {"id": name, "type": "object", "properties": shape} for name, shape in SHAPES.items()},
    }


def _method(name: str, stem: str) -> Schema:
    path = f"{VERSION}/comments:{name}"
    return {
        "id": f"commentanalyzer.comments.{name}",
        "path": path,
        "flatPath": path,
        "httpMethod": "POST",
        "parameters": {},
        "parameterOrder": [],
        "request": _ref(f"{stem}Request"),
        "response": _ref(f"{stem}Response"),
        "scopes": [SCOPE],
    }
