#include "base/error.h"

namespace patrol {

std::string_view to_string(Error::Kind kind) {
    switch (kind) {
        case Error::Kind::malformed:
            return "malformed";
        case Error::Kind::unauthenticated:
            return "unauthenticated";
        case Error::Kind::denied:
            return "denied";
        case Error::Kind::not_found:
            return "not_found";
        case Error::Kind::conflict:
            return "conflict";
        case Error::Kind::gone:
            return "gone";
        case Error::Kind::stale:
            return "stale";
        case Error::Kind::too_large:
            return "too_large";
        case Error::Kind::invalid:
            return "invalid";
        case Error::Kind::throttled:
            return "throttled";
        case Error::Kind::cancelled:
            return "cancelled";
        case Error::Kind::timeout:
            return "timeout";
        case Error::Kind::unavailable:
            return "unavailable";
        case Error::Kind::internal:
            return "internal";
    }
    return "internal";
}

std::string describe(const Error& error) {
    std::string text = std::string(to_string(error.kind)) + ": " + error.message;
    if (error.code.empty() && error.detail.empty()) return text;
    text += " (" + error.code;
    if (!error.code.empty() && !error.detail.empty()) text += "; ";
    return text + error.detail + ")";
}

}  // namespace patrol
