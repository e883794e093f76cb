#include "document/prepare.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "document/canonical.h"
#include "document/canonical_json.h"

namespace patrol::document {
namespace {

constexpr std::size_t summary_member_bytes = 1'024;
constexpr std::size_t summary_bytes = 32 * 1'024;
constexpr std::size_t summary_names = 1'000;

void write(Prepared& out, const json::value& document, const Rules& rules, Scratch& scratch) {
    scratch.canonical.clear();
    append_canonical(scratch.canonical, document, rules, scratch);
    out.document.clear();
    out.document.reserve(scratch.canonical.size() + scratch.canonical.size() / 4);
    append_compact(out.document, document);
    out.canonical = scratch.canonical;
    out.hash = crypto::sha256(out.canonical);
}

// The small members of a document that is too large, and the hash of the whole.
json::value summary_of(const json::value& document, const Rules& rules, const Prepared& whole) {
    json::object out;
    json::array left_out;
    std::size_t used = 0;
    std::string text;
    const json::object none;
    for (const auto& [name, value] : document.is_object() ? document.get_object() : none) {
        text.clear();
        append_compact(text, value);
        const auto bytes = name.size() + text.size() + 4;
        if (bytes <= summary_member_bytes && used + bytes <= summary_bytes) {
            used += bytes;
            out[name] = value;
        } else if (left_out.size() < summary_names && name.size() <= 256 &&
                   (rules.member(rules.root(), view(name)).treatment & Rules::not_compared) == 0) {
            left_out.emplace_back(name);
        }
    }
    // The order in which a cloud lists members is not a change.
    std::ranges::sort(left_out, name_less, [](const json::value& name) { return view(name.get_string()); });
    out["patrol_oversized"] = {
        {"bytes", whole.canonical.size()}, {"sha256", to_hex(whole.hash)}, {"left_out", std::move(left_out)}};
    return out;
}

}  // namespace

Prepared prepare(json::value& document, const Rules& rules, const Redactor& redactor, Scratch& scratch) {
    Prepared out;
    out.redacted = redactor.redact(document, rules, scratch);
    write(out, document, rules, scratch);
    out.bytes = out.document.size();
    if (out.bytes <= limits::document_bytes) return out;
    out.oversized = true;
    document = summary_of(document, rules, out);
    write(out, document, rules, scratch);
    return out;
}

}  // namespace patrol::document
