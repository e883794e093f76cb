// From an API's answer to what is stored: redact, write, canonicalise, hash. One call per resource and
// scan, so it is the hot path of a scan: no regular expressions, no copies of the document.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "crypto/hash.h"
#include "document/redact.h"
#include "document/rules.h"
#include "document/scratch.h"

namespace patrol::document {

struct Prepared {
    std::string document;        // redacted, compact, whole: what is stored
    std::string_view canonical;  // what was hashed; in the scratch, until its next use
    crypto::Hash hash{};         // SHA-256 of `canonical`
    std::size_t bytes = 0;       // of the document before any capping
    std::size_t redacted = 0;    // values that became marks
    bool oversized = false;      // replaced by a summary: see below
};

// Redacts `document` in place. A document beyond limits::document_bytes is replaced, here and in
// `document` itself, by a summary: its small members plus
// "patrol_oversized": {"bytes": …, "sha256": …, "left_out": […]}. The sha256 is of the full canonical
// form, so a change is still seen.
Prepared prepare(json::value& document, const Rules& rules, const Redactor& redactor, Scratch& scratch);

}  // namespace patrol::document
