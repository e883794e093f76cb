// What a collector keeps of its enrolment, in one file of its state folder: which server it works for, who
// it is there, and the key that it signs with. The key is made here and never leaves.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "crypto/ed25519.h"
#include "model/ids.h"

namespace patrol::collector {

inline constexpr std::string_view enrolment_file = "enrolment.json";

struct Enrolment {
    std::string server;     // "https://patrol.example", no trailing slash
    std::string ca_bundle;  // PEM file; empty: the system's
    CollectorId id;
    std::string name;
    crypto::SigningKey key;
};

// https, or http to this machine. Without trailing slashes; Kind::invalid, field "--server".
Result<std::string> check_server(std::string_view url);

Result<void> save(const std::filesystem::path& state, const Enrolment& enrolment);
// Kind::not_found, code "not_enrolled", where there is none.
Result<Enrolment> load_enrolment(const std::filesystem::path& state);

}  // namespace patrol::collector
