#include "inventory/aws/arguments.h"

namespace patrol::inventory {
namespace {

using catalogue::Bindings;
using catalogue::Call;

void put(Arguments& out, const catalogue::Argument& argument, const Bindings& bindings) {
    auto value = catalogue::evaluate(argument.value, bindings);
    if (value && !value->is_null())
        out.input[argument.name] = std::move(*value);
    else if (out.missing.empty())
        out.missing = argument.name;
}

}  // namespace

Arguments arguments_of(const Call& call, const Bindings& bindings) {
    Arguments out;
    for (const auto& argument : call.arguments) put(out, argument, bindings);
    return out;
}

Arguments batch_arguments(const Call& call, std::span<const Bindings> items) {
    Arguments out;
    const auto* batch = call.batch();
    for (const auto& argument : call.arguments) {
        if (&argument != batch) {
            put(out, argument, items.front());
            continue;
        }
        json::array elements;
        for (const auto& item : items)
            if (auto value = catalogue::evaluate(argument.value.elements.front(), item))
                elements.push_back(std::move(*value));
        if (elements.empty()) out.missing = argument.name;
        out.input[argument.name] = std::move(elements);
    }
    return out;
}

std::string batch_key(const Call& call, const Bindings& item) {
    const auto* batch = call.batch();
    if (batch == nullptr) return {};
    auto value = catalogue::evaluate(batch->value.elements.front(), item);
    if (!value) return {};
    if (value->is_string()) return std::string(value->get_string());
    return to_text(*value);
}

}  // namespace patrol::inventory
