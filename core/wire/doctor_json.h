#pragma once

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <string_view>

namespace quarry::wire {

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
[[nodiscard]] std::string_view state_name(DoctorCheck::State state) noexcept;

/// Schema quarry.doctor/1.
[[nodiscard]] nlohmann::ordered_json doctor_json(std::span<const DoctorCheck> checks, bool healthy);

}  // namespace quarry::wire
