// One call to a secret manager or to who issues its logins. What is sent and what comes back holds
// secrets: both are zeroed after use, and no error repeats a byte of an answer's body.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "crypto/secret.h"
#include "net/transport.h"
#include "secrets/wiped_json.h"

namespace patrol::secrets {

inline constexpr auto manager_call_time = std::chrono::seconds(10);
inline constexpr std::size_t manager_answer_bytes = 1024 * 1024;
inline constexpr std::size_t secret_bytes_max = 64 * 1024;  // of one value
inline constexpr auto login_age_max = std::chrono::hours(1);
inline constexpr int manager_attempts = 2;  // of calls that meet a passing fault

struct Outside {
    net::Transport& transport;
    Clock& clock;
};

struct Answer {
    int status = 0;
    net::Headers headers;
    std::string body;

    Answer() = default;
    Answer(Answer&& other) = default;
    Answer& operator=(Answer&&) = delete;
    ~Answer() { const Wiped wiped(body); }

    [[nodiscard]] std::string_view header(std::string_view name) const;
    // Spends the body.
    Result<WipedJson> json() { return WipedJson::parse(std::move(body)); }
};

struct ManagerRequest {
    std::string manager;  // as sentences name it: "Vault"
    net::HttpRequest http;
    // Is the call made again after an answer of 5xx or none?
    enum class Again { yes, no };
    Again again = Again::yes;
};

// An answer of any status. Kind::unavailable, code "manager_unreachable", where none came. Fills in the
// limits above and zeroes the request's body and headers.
Result<Answer> send(const Outside& outside, ManagerRequest request);

// "a=b&c=d" of a form.
std::string form_body(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

// The kinds of errors that all managers share. `hint` says what to do.
Failure refused(std::string message, std::string hint);       // code "secret_denied"
Failure missing(std::string message, std::string hint);       // code "secret_missing"
Failure login_failed(std::string message, std::string hint);  // code "manager_login"
Failure not_usable(std::string_view manager, int status);     // any other status; code "manager_unreachable"
// 422, field "manager": `hint` names the settings to set.
Failure not_configured(std::string_view manager, std::string hint);

bool is_refusal(const Error& error);  // login_failed or refused: worth a new login
bool is_size_fine(std::size_t bytes);

// The member `field` of a JSON object as a secret; missing() where it is absent or no text.
Result<crypto::Secret> secret_in(const json::value& object, std::string_view field, std::string_view where);
// Kind::invalid for an empty or too large one.
Result<crypto::Secret> secret_of(std::string_view text, std::string_view where);

// A file with a credential, without the line end. login_failed() where it cannot be read.
Result<crypto::Secret> read_credential(const std::string& file, std::string_view setting);

}  // namespace patrol::secrets
