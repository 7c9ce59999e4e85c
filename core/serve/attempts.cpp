#include "core/serve/attempts.h"

#include <algorithm>

namespace quarry::serve {

double Attempts::left_at(const Left& left, Time now) const {
    return std::min(at_once_, left.number + std::chrono::duration<double>(now - left.at) / pause_);
}

bool Attempts::take(const std::string& name, Time now) {
    const std::lock_guard lock(mutex_);
    if (left_.size() >= most_names && !left_.contains(name)) {
        // Names of which all is left again go. Where there are none somebody tries many, and none of them comes in.
        if (now >= next_sweep_) {
            std::erase_if(left_, [&](const auto& one) { return left_at(one.second, now) >= at_once_; });
            next_sweep_ = now + std::chrono::seconds(1);
        }
        if (left_.size() >= most_names) return false;
    }
    Left& left = left_.try_emplace(name, Left{at_once_, now}).first->second;
    left = {left_at(left, now), now};
    if (left.number < 1) return false;
    left.number -= 1;
    return true;
}

void Attempts::give_back(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = left_.find(name);
    if (found != left_.end()) found->second.number = std::min(at_once_, found->second.number + 1);
}

}  // namespace quarry::serve
