#include "net/trust_anchors.h"

#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace patrol::net {

const char* system_ca_bundle() {
    const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
    return info->age >= CURLVERSION_TENTH && info->cainfo ? info->cainfo
                                                          : "/etc/ssl/certs/ca-certificates.crt";
}

Result<TrustAnchors> TrustAnchors::load(const std::string& file) {
    const std::string path = file.empty() ? system_ca_bundle() : file;
    TrustAnchors out;
    out.store_ = {X509_STORE_new(), &X509_STORE_free};
    if (X509_STORE_load_file(out.store_.get(), path.c_str()) != 1) {
        ERR_clear_error();
        return fail(Error{.kind = Error::Kind::invalid,
                          .message = "The file " + path + " holds no certificates that can be read.",
                          .hint = "Install the package ca-certificates, or set AWS_CA_BUNDLE."});
    }
    // As libcurl sets it for the stores that it fills.
    X509_STORE_set_flags(out.store_.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
    return out;
}

}  // namespace patrol::net
