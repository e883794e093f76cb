// The certificates of a PEM file, read once: for a client that cannot open files any more when it connects.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"

struct x509_store_st;

namespace patrol::net {

class TrustAnchors {
public:
    // An empty path means the system's. Kind::invalid where the file holds no certificates.
    static Result<TrustAnchors> load(const std::string& file);
    [[nodiscard]] x509_store_st* store() const { return store_.get(); }

private:
    std::shared_ptr<x509_store_st> store_;
};

// Where libcurl finds the system's certificates.
const char* system_ca_bundle();

}  // namespace patrol::net
