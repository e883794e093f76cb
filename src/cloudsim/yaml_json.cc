#include "cloudsim/yaml_json.h"

#include <charconv>

#include <yaml-cpp/yaml.h>

namespace patrol::cloudsim {
namespace {

json::value scalar(const YAML::Node& node) {
    const auto& text = node.Scalar();
    if (node.Tag() == "!") return json::value(text);  // quoted
    if (text == "true" || text == "false") return text == "true";
    if (text == "null" || text == "~" || text.empty()) return nullptr;
    std::int64_t integer = 0;
    const char* end = text.data() + text.size();
    if (auto [at, error] = std::from_chars(text.data(), end, integer); error == std::errc{} && at == end)
        return integer;
    double number = 0;
    if (auto [at, error] = std::from_chars(text.data(), end, number); error == std::errc{} && at == end)
        return number;
    return json::value(text);
}

json::value to_json(const YAML::Node& node) {
    if (node.IsMap()) {
        json::object out;
        for (const auto& entry : node) out[entry.first.Scalar()] = to_json(entry.second);
        return out;
    }
    if (node.IsSequence()) {
        json::array out;
        for (const auto& item : node) out.push_back(to_json(item));
        return out;
    }
    return node.IsScalar() ? scalar(node) : json::value(nullptr);
}

}  // namespace

Result<json::value> parse_yaml(std::string_view text) {
    try {
        return to_json(YAML::Load(std::string(text)));
    } catch (const YAML::Exception& problem) {
        return invalid("scenario", fmt::format("line {}: {}", problem.mark.line + 1, problem.msg));
    }
}

}  // namespace patrol::cloudsim
