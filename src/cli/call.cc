#include "cli/call.h"

#include <charconv>

#include "base/encoding.h"
#include "cli/exit.h"

namespace patrol::cli {
namespace {

constexpr auto poll_every = Millis(500);

Failure bad_option(const Option& option, std::string_view why) {
    return fail({.kind = Error::Kind::invalid, .message = fmt::format("{}: {}", option.flag, why)});
}

Result<json::value> value_of(const Option& option, const std::vector<std::string>& texts) {
    switch (option.value) {
        case Value::truth:
            return json::value(true);
        case Value::off:
            return json::value(false);
        case Value::null:
            return json::value(nullptr);
        case Value::list:
            return json::value(json::array(texts.begin(), texts.end()));
        case Value::labels: {
            json::object out;
            for (const auto& text : texts) {
                auto sign = text.find('=');
                if (sign == std::string::npos || sign == 0)
                    return bad_option(option, "labels are written k=v.");
                out[text.substr(0, sign)] = text.substr(sign + 1);
            }
            return json::value(std::move(out));
        }
        case Value::secret_ref: {
            auto colon = texts.front().find(':');
            if (colon == std::string::npos)
                return bad_option(option, "a secret reference is written manager:ref.");
            return json::value{{"manager", texts.front().substr(0, colon)},
                               {"ref", texts.front().substr(colon + 1)}};
        }
        case Value::number: {
            std::int64_t number = 0;
            const auto& text = texts.front();
            auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
            if (error != std::errc{} || at != text.data() + text.size())
                return bad_option(option, "this is not a number.");
            return json::value(number);
        }
        case Value::query:
        case Value::filter:
        case Value::text:
            break;
    }
    return json::value(texts.front());
}

void put(json::object& body, std::string_view path, json::value value) {
    auto dot = path.find('.');
    if (dot == std::string_view::npos) {
        body[path] = std::move(value);
        return;
    }
    auto& inner = body[path.substr(0, dot)];
    if (!inner.is_object()) inner.emplace_object();
    put(inner.get_object(), path.substr(dot + 1), std::move(value));
}

// The kind of access follows from the options: a collector's credential, keys, or else a role.
void complete_auth(json::object& body) {
    auto* auth = body.if_contains("auth");
    if (auth == nullptr) return;
    auto& given = auth->as_object();
    const bool keys = given.contains("access_key_id") || given.contains("secret_access_key");
    given["kind"] = given.contains("credential") ? "on_site" : keys ? "access_keys" : "role";
}

Result<json::value> send(ApiClient& api, const Request& request, const std::string& path) {
    const auto& method = request.command->method;
    if (method == "GET") return api.get(path);
    if (method == "DELETE") return api.remove(path);
    auto body = TRY(body_of(request));
    return method == "PATCH" ? api.patch(path, json::value(std::move(body)))
                             : api.post(path, json::value(std::move(body)));
}

// All pages as one answer.
Result<json::value> all_pages(ApiClient& api, const std::string& path) {
    auto whole = TRY(api.get(path));
    for (auto cursor = std::string(string_or(whole, "next_cursor")); !cursor.empty();) {
        auto separator = path.find('?') == std::string::npos ? '?' : '&';
        auto page = TRY(api.get(fmt::format("{}{}cursor={}", path, separator, percent_encode(cursor))));
        cursor = string_or(page, "next_cursor");
        if (auto* items = page.as_object().if_contains("items"))
            for (auto& item : items->as_array())
                whole.as_object()["items"].as_array().push_back(std::move(item));
    }
    if (whole.is_object() && whole.as_object().contains("next_cursor"))
        whole.as_object()["next_cursor"] = nullptr;
    return whole;
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    return out + "\"";
}

// The command's own term, the options' terms and the filter that was written out, all of which must hold.
std::string filter_of(const Request& request) {
    std::string out(request.command->fixed_filter);
    const auto add = [&out](const std::string& term) { out += (out.empty() ? "" : " and ") + term; };
    std::string written;
    for (const auto& given : request.given) {
        if (given.option->value == Value::filter)
            add(fmt::format("{}={}", given.option->field, quoted(given.texts.front())));
        if (given.option->value == Value::query && given.option->field == "q") written = given.texts.front();
    }
    if (out.empty()) return written;
    if (!written.empty()) add("(" + written + ")");
    return out;
}

Result<std::string> account_id(ApiClient& api, const std::string& text) {
    if (text.starts_with("acc_")) return text;
    const auto found = TRY(api.get("/cloud-accounts?q=" + percent_encode("name=" + quoted(text))));
    const auto* items = find(found, "items");
    if (items != nullptr && items->is_array() && items->as_array().size() == 1)
        return std::string(string_or(items->as_array().front(), "id"));
    return fail(Error::Kind::not_found, fmt::format("There is no cloud account named \"{}\".", text));
}

// The newest snapshot of an account, where its id or name is given instead.
Result<std::string> snapshot_id(ApiClient& api, const std::string& text) {
    if (text.starts_with("snp_")) return text;
    const auto account = TRY(account_id(api, text));
    const auto scans = TRY(api.get(fmt::format("/cloud-accounts/{}/scans?limit=500", account)));
    if (const auto* items = find(scans, "items"); items != nullptr && items->is_array())
        for (const auto& scan : items->as_array())
            if (const auto id = string_or(scan, "snapshot_id"); !id.empty()) return std::string(id);
    return fail(Error::Kind::not_found, fmt::format("The account \"{}\" has no snapshot yet.", text));
}

// Names into ids, where the path or a filter asks for an account or a snapshot.
Result<void> resolve_names(ApiClient& api, Request& request) {
    std::string_view path = request.command->path;
    for (auto& text : request.positional) {
        const auto open = path.find('{');
        const auto name = path.substr(open + 1, path.find('}', open) - open - 1);
        path.remove_prefix(path.find('}', open) + 1);
        if (name == "account") text = TRY(account_id(api, text));
        if (name == "snapshot" || name == "from" || name == "to") text = TRY(snapshot_id(api, text));
    }
    // A misspelt account has no drift either: a pipeline must not take that for good news.
    for (auto& given : request.given) {
        if (given.option->value != Value::filter || given.option->field != "account") continue;
        given.texts.front() = TRY(account_id(api, given.texts.front()));
        TRY(api.get("/cloud-accounts/" + percent_encode(given.texts.front())));
    }
    return {};
}

bool is_over(std::string_view state) { return state != "queued" && state != "running"; }

Result<json::value> wait_for_scan(ApiClient& api, Clock& clock, Terminal& terminal, json::value scan) {
    std::string last;
    while (!is_over(string_or(scan, "state"))) {
        clock.sleep_for(poll_every);
        scan = TRY(api.get(fmt::format("/scans/{}", string_or(scan, "id"))));
        const auto* progress = find(scan, "progress");
        auto line = progress == nullptr
                        ? std::string(string_or(scan, "state"))
                        : fmt::format("{}: {} of {} slices, {} resources", string_or(scan, "state"),
                                      int_or(*progress, "slices_done"), int_or(*progress, "slices"),
                                      int_or(*progress, "resources"));
        if (line != last && terminal.interactive()) terminal.say(line);
        last = line;
    }
    return scan;
}

int exit_of_scan(const json::value& scan, const Request& request, Terminal& terminal) {
    auto state = string_or(scan, "state");
    if (state == "partial" && request.exit_code) return exit_partial;
    if (state != "failed" && state != "cancelled") return exit_done;
    if (const auto* error = find(scan, "error"))
        terminal.say(string_or(*error, "message", json::serialize(*error)));
    return exit_failed;
}

int exit_of_audit(const json::value& report, Terminal& terminal) {
    if (bool_or(report, "ok")) return exit_done;
    if (const auto* bad = find(report, "first_bad")) terminal.say(string_or(*bad, "detail"));
    return exit_failed;
}

}  // namespace

std::string path_of(const Request& request) {
    std::string path(request.command->path);
    for (const auto& text : request.positional) {
        auto open = path.find('{');
        path.replace(open, path.find('}', open) - open + 1, percent_encode(text));
    }
    char separator = path.find('?') == std::string::npos ? '?' : '&';
    if (const auto filter = filter_of(request); !filter.empty()) {
        path += fmt::format("{}q={}", separator, percent_encode(filter));
        separator = '&';
    }
    for (const auto& given : request.given) {
        if (given.option->value != Value::query || given.option->field == "q") continue;
        path += fmt::format("{}{}={}", separator, given.option->field, percent_encode(given.texts.front()));
        separator = '&';
    }
    return path;
}

Result<json::object> body_of(const Request& request) {
    json::object body;
    if (!request.command->fixed_body.empty()) body = TRY(parse_json(request.command->fixed_body)).as_object();
    for (const auto& given : request.given)
        if (given.option->value != Value::query && given.option->value != Value::filter)
            put(body, given.option->field, TRY(value_of(*given.option, given.texts)));
    complete_auth(body);
    return body;
}

Result<int> call(ApiClient& api, Clock& clock, Terminal& terminal, Format format, const Request& given) {
    auto request = given;
    TRY(resolve_names(api, request));
    auto path = path_of(request);
    auto answer = TRY(request.all || request.command->after == After::whole_list ? all_pages(api, path)
                                                                                 : send(api, request, path));
    const auto after = request.command->after;
    int code = exit_done;
    if (after == After::wait_for_scan && request.wait) {
        answer = TRY(wait_for_scan(api, clock, terminal, std::move(answer)));
        code = exit_of_scan(answer, request, terminal);
    }
    if (after == After::test_report) code = bool_or(answer, "ok") ? exit_done : exit_failed;
    if (after == After::drift_exit && request.exit_code && int_or(answer, "total") > 0) code = exit_drift;
    if (after == After::audit_report) code = exit_of_audit(answer, terminal);
    if (after == After::show_command && format == Format::table)
        terminal.result(string_or(answer, "command"));
    else
        show(terminal, after == After::whole_list && format == Format::table ? Format::ndjson : format,
             answer, request.command->columns);
    return code;
}

}  // namespace patrol::cli
