#include "collector/enrolment.h"

#include "base/encoding.h"
#include "base/json.h"
#include "collector/private_file.h"
#include "crypto/hash.h"
#include "net/ip_address.h"
#include "net/url.h"

namespace patrol::collector {
namespace {

constexpr std::int64_t form = 1;

Failure damaged(const std::filesystem::path& file) {
    return fail(Error{.kind = Error::Kind::invalid,
                      .message = fmt::format("The enrolment in {} is damaged.", file.string()),
                      .hint = "Enrol this collector again with a new token."});
}

Result<Enrolment> parse(std::string_view text, const std::filesystem::path& file) {
    const auto value = parse_json(text);
    if (!value || int_or(*value, "form") != form) return damaged(file);
    const auto id = CollectorId::parse(string_or(*value, "collector_id"));
    auto seed = from_base64url(string_or(*value, "key"));
    auto server = check_server(string_or(*value, "server"));
    if (!id || !seed || seed->size() != crypto::SigningKey::seed_bytes || !server) return damaged(file);
    return Enrolment{.server = std::move(*server),
                     .ca_bundle = std::string(string_or(*value, "ca_bundle")),
                     .id = *id,
                     .name = std::string(string_or(*value, "name")),
                     .key = crypto::SigningKey::of_seed(crypto::Secret::take(std::move(*seed)))};
}

}  // namespace

Result<std::string> check_server(std::string_view text) {
    while (text.ends_with('/')) text.remove_suffix(1);
    const auto url = net::parse_url(text);
    if (!url || url->query || url->path != "/")
        return invalid("--server", "The server's address must be a URL like https://patrol.example.");
    const auto address = net::IpAddress::parse(url->host);
    const bool here = url->host == "localhost" || (address && address->is_loopback());
    if (url->scheme != "https" && !here)
        return invalid("--server", "A collector speaks to its server over https only.",
                       "What it is told and what it uploads must not be read on the way.");
    return std::string(text);
}

Result<void> save(const std::filesystem::path& state, const Enrolment& enrolment) {
    TRY(make_private_folder(state));
    std::string seed = to_base64url(as_bytes(enrolment.key.seed().expose()));
    std::string text = to_text(json::object{{"form", form},
                                            {"server", enrolment.server},
                                            {"ca_bundle", enrolment.ca_bundle},
                                            {"collector_id", enrolment.id.str()},
                                            {"name", enrolment.name},
                                            {"key", seed}});
    auto done = write_private_file(state / enrolment_file, text);
    crypto::wipe(seed.data(), seed.size());
    crypto::wipe(text.data(), text.size());
    return done;
}

Result<Enrolment> load_enrolment(const std::filesystem::path& state) {
    const auto file = state / enrolment_file;
    auto text = read_private_file(file);
    if (!text && text.error().kind == Error::Kind::not_found)
        return fail(Error{.kind = Error::Kind::not_found,
                          .message = fmt::format("There is no enrolled collector in {}.", state.string()),
                          .hint = "Run the command that Patrol shows for a new collector: patrol collector "
                                  "enrol --server … --token …",
                          .code = "not_enrolled"});
    if (!text) return fail(std::move(text).error());
    auto enrolment = parse(*text, file);
    crypto::wipe(text->data(), text->size());
    return enrolment;
}

}  // namespace patrol::collector
