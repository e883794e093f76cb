#include "secrets/wiped_json.h"

#include <new>

#include "crypto/hash.h"

namespace patrol::secrets {
namespace {

class WipingMemory final : public json::memory_resource {
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        return ::operator new(bytes, std::align_val_t(alignment));
    }
    void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
        crypto::wipe(memory, bytes);
        ::operator delete(memory, bytes, std::align_val_t(alignment));
    }
    bool do_is_equal(const json::memory_resource& other) const noexcept override { return this == &other; }
};

Failure bad_answer() {
    return fail(Error{.kind = Error::Kind::unavailable,
                      .message = "The secret manager's answer cannot be understood.",
                      .hint = "Check its address: something else may be answering there.",
                      .code = "bad_answer"});
}

}  // namespace

Wiped::~Wiped() { crypto::wipe(text_.data(), text_.size()); }

Result<WipedJson> WipedJson::read(std::string_view text) {
    auto value = parse_json(text, {}, json::make_shared_resource<WipingMemory>());
    if (!value || !value->is_object()) return bad_answer();
    return WipedJson(std::move(*value));
}

Result<WipedJson> WipedJson::parse(std::string&& text) {
    const Wiped wiped(text);
    return read(text);
}

Result<WipedJson> WipedJson::parse(const crypto::Secret& text) { return read(text.expose()); }

const json::value* WipedJson::at(std::initializer_list<std::string_view> names) const {
    const json::value* here = &value_;
    for (const auto name : names) {
        if (!here->is_object()) return nullptr;
        here = find(*here, name);
        if (here == nullptr) return nullptr;
    }
    return here;
}

std::string_view WipedJson::text(std::initializer_list<std::string_view> names) const {
    const json::value* found = at(names);
    if (found == nullptr || !found->is_string()) return {};
    const auto& text = found->get_string();
    return {text.data(), text.size()};
}

}  // namespace patrol::secrets
