// `patrol doctor`: exit 1 where something keeps the server from working.
#include "base/log.h"
#include "patrol/commands.h"
#include "server/doctor.h"

namespace patrol::program {

int run_doctor(Arguments arguments) {
    log::configure(log::Level::error, log::Format::text);
    const auto configuration = server::load_process_configuration(arguments);
    if (!configuration) return report(configuration.error());
    bool broken = false;
    for (const model::Check& check : server::examine(*configuration)) {
        fmt::print("{:<5} {:<18} {}\n", model::to_string(check.status), check.title, check.detail);
        if (!check.hint.empty()) fmt::print("{:<24} {}\n", "", check.hint);
        broken = broken || check.status == model::CheckStatus::fail;
    }
    return broken ? 1 : 0;
}

}  // namespace patrol::program
