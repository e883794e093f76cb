#include "cloudsim/paging.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"

namespace patrol::cloudsim {
namespace {
constexpr std::string_view mark = "page:";
}

std::string page_token(std::size_t position) {
    return to_base64(as_bytes(fmt::format("{}{}", mark, position)));
}

std::optional<std::size_t> page_position(std::string_view token) {
    auto decoded = from_base64(token);
    if (!decoded || !decoded->starts_with(mark)) return {};
    std::size_t position = 0;
    const char* end = decoded->data() + decoded->size();
    auto [at, error] = std::from_chars(decoded->data() + mark.size(), end, position);
    return error == std::errc{} && at == end ? std::optional(position) : std::nullopt;
}

Pages::Pages(const catalogue::Pagination& pagination, const json::object& input, std::size_t size_max)
    : pagination_(pagination), size_(std::max<std::size_t>(size_max, 1)) {
    if (!pagination.paged()) {
        size_ = std::size_t(-1);
        return;
    }
    if (!pagination.limit.empty())
        if (auto wanted = int_or(json::value(input), pagination.limit); wanted > 0)
            size_ = std::min(size_, static_cast<std::size_t>(wanted));
    const auto* token = input.if_contains(pagination.in.front());
    if (token == nullptr || !token->is_string() || token->get_string().empty()) return;
    auto position = page_position(std::string_view(token->get_string()));
    valid_ = position.has_value();
    begin_ = position.value_or(0);
}

bool Pages::takes(std::size_t position) {
    if (position < begin_) return false;
    if (position - begin_ < size_) return true;
    more_ = true;
    return false;
}

void Pages::finish(json::object& output) const {
    if (!pagination_.paged()) return;
    json::value whole(std::move(output));
    if (pagination_.more) pagination_.more->set(whole, more_);
    if (more_)
        for (const auto& out : pagination_.out) out.set(whole, json::value(page_token(begin_ + size_)));
    output = std::move(whole.get_object());
}

}  // namespace patrol::cloudsim
