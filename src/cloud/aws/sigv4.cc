#include "cloud/aws/sigv4.h"

#include <algorithm>
#include <cctype>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace patrol::aws {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t remembered_keys = 4096;

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

// Dot segments removed, runs of slashes folded, a trailing slash kept.
std::string without_dot_segments(std::string_view path) {
    std::vector<std::string_view> kept;
    bool ends_open = false;  // the last segment says "directory"
    for (std::size_t start = 0; start <= path.size();) {
        auto end = std::min(path.find('/', start), path.size());
        auto segment = path.substr(start, end - start);
        ends_open = segment.empty() || segment == "." || segment == "..";
        if (segment == ".." && !kept.empty()) kept.pop_back();
        if (!ends_open) kept.push_back(segment);
        start = end + 1;
    }
    std::string out;
    for (auto segment : kept) out.append("/").append(segment);
    if (ends_open || kept.empty()) out += '/';
    return out;
}

std::string canonical_path(std::string_view path, const SigningOptions& options) {
    std::string out = options.normalisation == PathNormalisation::yes
                          ? without_dot_segments(path)
                          : std::string(path.empty() ? "/" : path);
    return options.encoding == PathEncoding::once_more ? percent_encode(out, KeepSlash::yes) : out;
}

std::string encoded_once(std::string_view wire) {
    auto plain = percent_decode(wire);
    return percent_encode(plain ? *plain : wire);
}

std::string canonical_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        auto end = std::min(query.find('&'), query.size());
        auto pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty()) continue;
        auto equals = std::min(pair.find('='), pair.size());
        auto value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view();
        pairs.emplace_back(encoded_once(pair.substr(0, equals)), encoded_once(value));
    }
    std::ranges::sort(pairs);
    std::string out;
    for (const auto& [key, value] : pairs) {
        if (!out.empty()) out += '&';
        out.append(key).append("=").append(value);
    }
    return out;
}

// Trimmed, inner runs of white space folded to one space.
std::string folded(std::string_view value) {
    std::string out;
    bool space = false;
    for (char c : value) {
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            space = !out.empty();
            continue;
        }
        if (space) out += ' ';
        space = false;
        out += c;
    }
    return out;
}

struct CanonicalHeaders {
    std::string text;  // "name:value\n" each
    std::string signed_names;
};

CanonicalHeaders canonical_headers(const net::Headers& headers) {
    std::map<std::string, std::string> by_name;
    for (const auto& header : headers) {
        auto [at, fresh] = by_name.try_emplace(lower(header.name), folded(header.value));
        if (!fresh) at->second.append(",").append(folded(header.value));
    }
    CanonicalHeaders out;
    for (const auto& [name, value] : by_name) {
        out.text.append(name).append(":").append(value).append("\n");
        if (!out.signed_names.empty()) out.signed_names += ';';
        out.signed_names += name;
    }
    return out;
}

std::string scope_text(const SigningScope& scope) {
    return fmt::format("{}/{}/{}/aws4_request", to_amz_date(scope.time).substr(0, 8), scope.region,
                       scope.service);
}

std::string hash_hex(std::string_view text) { return to_hex(crypto::sha256(text)); }

// Fills string_to_sign and signature from the canonical request.
void finish(Signature& out, const Credentials& credentials, const SigningScope& scope, SigningKeys& keys) {
    auto date = to_amz_date(scope.time);
    out.string_to_sign =
        fmt::format("{}\n{}\n{}\n{}", algorithm, date, scope_text(scope), hash_hex(out.canonical_request));
    auto key = keys.get(credentials, std::string_view(date).substr(0, 8), scope.region, scope.service);
    out.signature = to_hex(crypto::hmac_sha256(crypto::as_text(key), out.string_to_sign));
}

std::string canonical_request(const UnsignedRequest& request, const SigningOptions& options,
                              std::string_view query, const CanonicalHeaders& headers,
                              std::string_view body_hash) {
    return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, canonical_path(request.path, options),
                       canonical_query(query), headers.text, headers.signed_names, body_hash);
}

}  // namespace

SigningOptions SigningOptions::for_service(std::string_view signing_name) {
    if (signing_name != "s3" && signing_name != "s3express") return {};
    return {.normalisation = PathNormalisation::no,
            .encoding = PathEncoding::as_sent,
            .token = TokenSigning::signed_with_request,
            .body_hash = BodyHash::in_header};
}

SigningKeys::Key SigningKeys::get(const Credentials& credentials, std::string_view date,
                                  std::string_view region, std::string_view service) {
    auto name = fmt::format("{}/{}/{}/{}", credentials.access_key_id, date, region, service);
    {
        std::scoped_lock lock(mutex_);
        if (auto at = keys_.find(name); at != keys_.end()) return at->second;
    }
    std::string seed = "AWS4";
    seed += credentials.secret_access_key.expose();
    auto key = crypto::hmac_sha256(seed, date);
    crypto::wipe(seed.data(), seed.size());
    key = crypto::hmac_sha256(crypto::as_text(key), region);
    key = crypto::hmac_sha256(crypto::as_text(key), service);
    key = crypto::hmac_sha256(crypto::as_text(key), "aws4_request");
    std::scoped_lock lock(mutex_);
    if (keys_.size() >= remembered_keys) keys_.clear();
    keys_.insert_or_assign(std::move(name), key);
    return key;
}

Signature sign_headers(const UnsignedRequest& request, const Credentials& credentials,
                       const SigningScope& scope, const SigningOptions& options, SigningKeys& keys) {
    Signature out;
    auto body_hash = hash_hex(request.body);
    auto headers = request.headers;
    auto add = [&](std::string_view name, std::string value) {
        headers.push_back({std::string(name), value});
        out.headers.push_back({std::string(name), std::move(value)});
    };
    const bool has_token = !credentials.session_token.empty();
    if (has_token && options.token == TokenSigning::signed_with_request)
        add("X-Amz-Security-Token", std::string(credentials.session_token.expose()));
    add("X-Amz-Date", to_amz_date(scope.time));
    if (options.body_hash == BodyHash::in_header) add("x-amz-content-sha256", body_hash);

    auto canonical = canonical_headers(headers);
    out.canonical_request = canonical_request(request, options, request.query, canonical, body_hash);
    finish(out, credentials, scope, keys);
    out.headers.push_back(
        {"Authorization",
         fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", algorithm,
                     credentials.access_key_id, scope_text(scope), canonical.signed_names, out.signature)});
    if (has_token && options.token == TokenSigning::added_after)
        out.headers.insert(out.headers.begin(),
                           {"X-Amz-Security-Token", std::string(credentials.session_token.expose())});
    return out;
}

Signature sign_query(const UnsignedRequest& request, const Credentials& credentials,
                     const SigningScope& scope, const SigningOptions& options, std::chrono::seconds valid_for,
                     SigningKeys& keys) {
    Signature out;
    auto headers = canonical_headers(request.headers);
    out.query = request.query;
    auto add = [&](std::string_view name, std::string_view value) {
        if (!out.query.empty()) out.query += '&';
        out.query.append(name).append("=").append(percent_encode(value));
    };
    add("X-Amz-Algorithm", algorithm);
    add("X-Amz-Credential", fmt::format("{}/{}", credentials.access_key_id, scope_text(scope)));
    add("X-Amz-Date", to_amz_date(scope.time));
    add("X-Amz-SignedHeaders", headers.signed_names);
    add("X-Amz-Expires", std::to_string(valid_for.count()));
    const bool has_token = !credentials.session_token.empty();
    if (has_token && options.token == TokenSigning::signed_with_request)
        add("X-Amz-Security-Token", credentials.session_token.expose());

    out.canonical_request = canonical_request(request, options, out.query, headers, hash_hex(request.body));
    finish(out, credentials, scope, keys);
    if (has_token && options.token == TokenSigning::added_after)
        add("X-Amz-Security-Token", credentials.session_token.expose());
    add("X-Amz-Signature", out.signature);
    return out;
}

}  // namespace patrol::aws
