// What a document says about other resources and where it can be found: candidate identifiers (the store
// matches them with known resources: relations) and search terms (addresses, DNS names). Pure text work:
// whether an identifier exists is not known here. Bounded: at most `references_max` and `terms_max`,
// none longer than `reference_bytes_max`; `cut` says so. On the hot path of a scan: one pass, and no
// text is copied that is not kept.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "document/rules.h"

namespace patrol::document {

inline constexpr std::size_t references_max = 500;
inline constexpr std::size_t terms_max = 500;
inline constexpr std::size_t reference_bytes_max = 2'048;

struct Links {
    // Sorted, unique: ARNs, ids ("vpc-0a1b2c3d": letters, a dash, 8 to 17 hex digits), and the text of
    // members called …Id, …Name, …Arn that is neither.
    std::vector<std::string> references;
    std::vector<std::string> terms;  // sorted, unique, lower case: IPs, DNS names, MACs
    bool cut = false;
};

// `document` must be redacted already; marks are skipped. The resource's own identity (treat_identity)
// is not a reference.
Links extract_links(const json::value& document, const Rules& rules);

bool is_ip_address(std::string_view text);  // IPv4 or IPv6, with or without a prefix length
bool is_dns_name(std::string_view text);    // at least two labels, a letter in the last

}  // namespace patrol::document
