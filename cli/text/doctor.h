#pragma once

#include <string>
#include <vector>

#include "cli/line/command.h"

namespace quarry::cli {

/// One thing that `quarry doctor` looked at.
struct DoctorCheck {
    enum class State { ok, warn, fail };
    std::string area;  ///< "libraries", "settings", "knowledge base", "models", "terminal"
    std::string name;
    State state = State::ok;
    std::string detail{};
    std::string cure{};  ///< What to do, unless all is well.
};

/// "ok", "warn", "fail".
[[nodiscard]] std::string_view state_name(DoctorCheck::State state);

/// The checks of each area. None throws but Error(interrupted): what fails is a check that failed.
[[nodiscard]] std::vector<DoctorCheck> check_libraries();
[[nodiscard]] std::vector<DoctorCheck> check_settings(const Context& context);
[[nodiscard]] std::vector<DoctorCheck> check_knowledge_base(const Context& context);
/// Keys are looked for and never shown or sent. With `offline` no server is asked.
[[nodiscard]] std::vector<DoctorCheck> check_models(const Context& context, bool offline);
[[nodiscard]] std::vector<DoctorCheck> check_terminal(const Context& context);

}  // namespace quarry::cli
