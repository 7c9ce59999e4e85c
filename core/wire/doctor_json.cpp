#include "core/wire/doctor_json.h"

#include <nlohmann/json.hpp>

namespace quarry::wire {

std::string_view state_name(DoctorCheck::State state) noexcept {
    switch (state) {
        case DoctorCheck::State::ok: return "ok";
        case DoctorCheck::State::warn: return "warn";
        case DoctorCheck::State::fail: return "fail";
    }
    return "";
}

nlohmann::ordered_json doctor_json(std::span<const DoctorCheck> checks, bool healthy) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const DoctorCheck& check : checks) {
        list.push_back({{"area", check.area},
                        {"name", check.name},
                        {"state", state_name(check.state)},
                        {"detail", check.detail},
                        {"cure", check.cure}});
    }
    return {{"schema", "quarry.doctor/1"}, {"healthy", healthy}, {"checks", list}};
}

}  // namespace quarry::wire
