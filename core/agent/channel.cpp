// Channels of a state and their reducers.
#include "core/agent/channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::agent {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<std::string_view, Reducer>, 7> reducers = {{{"last", Reducer::last},
                                                                           {"append", Reducer::append},
                                                                           {"messages", Reducer::messages},
                                                                           {"merge", Reducer::merge},
                                                                           {"sum", Reducer::sum},
                                                                           {"max", Reducer::max},
                                                                           {"union", Reducer::union_}}};
constexpr std::size_t most_state_bytes = 64 << 20;

bool is_list_reducer(Reducer reducer) {
    return reducer == Reducer::append || reducer == Reducer::messages || reducer == Reducer::union_;
}

bool fits_type(const std::string& type, const json& value) {
    if (type.empty() || value.is_null()) return true;
    if (type == "string") return value.is_string();
    if (type == "number") return value.is_number();
    if (type == "integer") return value.is_number_integer();
    if (type == "boolean") return value.is_boolean();
    if (type == "list") return value.is_array();
    return value.is_object();
}

Error cannot_write(const Channel& channel, const std::string& writer, std::string why) {
    return Error(ErrorCode::failed, fmt::format("{} cannot write the channel {}", writer, channel.name))
        .because(std::move(why));
}

void put_message(json& list, const json& message) {
    if (message.is_object() && message.contains("id")) {
        for (json& one : list) {
            if (one.is_object() && one.contains("id") && one["id"] == message["id"]) {
                one = message;
                return;
            }
        }
    }
    list.push_back(message);
}

json sum_of(const json& a, const json& b) {
    std::int64_t sum = 0;
    const bool whole = a.is_number_integer() && b.is_number_integer() &&
                       !__builtin_add_overflow(a.get<std::int64_t>(), b.get<std::int64_t>(), &sum);
    return whole ? json(sum) : json(a.get<double>() + b.get<double>());
}

/// What a channel holds after a write. The value fits.
void reduce(const Channel& channel, json& held, const Write& write) {
    const json& value = write.value;
    if (is_list_reducer(channel.reducer)) {
        if (held.is_null()) held = json::array();
        const json list = value.is_array() ? value : json::array({value});
        for (const json& one : list) {
            if (channel.reducer == Reducer::messages) {
                put_message(held, one);
            } else if (channel.reducer == Reducer::append || std::ranges::find(held, one) == held.end()) {
                held.push_back(one);
            }
        }
        return;
    }
    switch (channel.reducer) {
        case Reducer::merge:
            if (!value.is_object()) throw cannot_write(channel, write.writer, "merge takes an object");
            if (held.is_null()) held = json::object();
            held.update(value);
            return;
        case Reducer::sum:
        case Reducer::max:
            if (!value.is_number()) {
                throw cannot_write(channel, write.writer,
                                   fmt::format("{} takes a number", reducer_name(channel.reducer)));
            }
            if (held.is_null()) {
                held = value;
            } else if (channel.reducer == Reducer::max) {
                if (held < value) held = value;
            } else {
                held = sum_of(held, value);
            }
            return;
        default: held = value;
    }
}

/// What became of a channel: only what was added, where a list grew at its end.
json change_of(const json& before, const json& after) {
    if (before.is_array() && after.is_array() && after.size() >= before.size() && !before.empty() &&
        std::equal(before.begin(), before.end(), after.begin())) {
        return {{"+", json(std::vector<json>(after.begin() + static_cast<std::ptrdiff_t>(before.size()), after.end()))}};
    }
    return {{"=", after}};
}

}  // namespace

Reducer reducer_by_name(std::string_view name) {
    std::vector<std::string> names;
    for (const auto& [one, reducer] : reducers) {
        if (one == name) return reducer;
        names.emplace_back(one);
    }
    const auto nearest = closest(name, names);
    throw Error(ErrorCode::usage, fmt::format("there is no reducer {}", one_line(name, 60)),
                nearest ? fmt::format("did you mean {}?", *nearest)
                        : "a reducer is last, append, messages, merge, sum, max or union");
}

std::string_view reducer_name(Reducer reducer) noexcept {
    for (const auto& [name, one] : reducers) {
        if (one == reducer) return name;
    }
    return "last";
}

const Channel* Channels::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(channels_, name, [](const Channel& one) -> std::string_view { return one.name; });
    return found == channels_.end() ? nullptr : &*found;
}

void Channels::declare(Channel channel) {
    if (find(channel.name) != nullptr) {
        throw Error(ErrorCode::usage, fmt::format("the channel {} is declared twice", channel.name));
    }
    if (!fits_type(channel.type, channel.initial)) {
        throw Error(ErrorCode::usage,
                    fmt::format("the initial value of the channel {} is not a {}", channel.name, channel.type));
    }
    channels_.push_back(std::move(channel));
}

json Channels::initial_state() const {
    json state = json::object();
    for (const Channel& one : channels_) {
        if (!one.initial.is_null()) state[one.name] = one.initial;
    }
    return state;
}

json Channels::apply(json& state, const std::vector<Write>& writes) const {
    std::map<std::string, std::string> writers;  // of the channels that take one write a step
    std::map<std::string, json> changed;
    for (const Write& write : writes) {
        const Channel* known = find(write.channel);
        if (known == nullptr && closed_) {
            throw Error(ErrorCode::failed, fmt::format("{} writes the channel {}", write.writer, write.channel),
                        "declare it under state: in the agent file")
                .because("the file declares no such channel");
        }
        const Channel free{.name = write.channel};
        const Channel& channel = known != nullptr ? *known : free;
        if (channel.reducer == Reducer::last) {
            const auto [other, is_first] = writers.try_emplace(write.channel, write.writer);
            if (!is_first && other->second != write.writer) {
                throw Error(ErrorCode::failed,
                            fmt::format("{} and {} write the channel {} in the same step", other->second, write.writer,
                                        write.channel),
                            "give the channel a reducer (append, merge, sum, max, union), or each node a channel of "
                            "its own");
            }
        }
        json& held = changed.try_emplace(write.channel, state.value(write.channel, json())).first->second;
        reduce(channel, held, write);
        if (!fits_type(channel.type, held)) {
            throw cannot_write(channel, write.writer, fmt::format("the value is not a {}", channel.type));
        }
    }
    json delta = json::object();
    for (auto& [name, value] : changed) {
        if (!state.contains(name) || state[name] != value) delta[name] = change_of(state.value(name, json()), value);
    }
    if (delta.dump(-1, ' ', false, json::error_handler_t::replace).size() > most_state_bytes) {
        throw Error(ErrorCode::failed, "a step writes more than 64 MB of state");
    }
    for (auto& [name, value] : changed) state[name] = std::move(value);
    return delta;
}

void Channels::put(json& state, const std::string& name, json value) const {
    if (!has(name)) throw Error(ErrorCode::usage, fmt::format("the agent has no channel {}", one_line(name, 80)));
    const Channel* const known = find(name);
    const std::string type = known == nullptr                   ? ""
                             : !known->type.empty()             ? known->type
                             : is_list_reducer(known->reducer)  ? "list"
                             : known->reducer == Reducer::merge ? "object"
                             : known->reducer != Reducer::last  ? "number"
                                                                : "";
    if (!fits_type(type, value)) {
        throw Error(ErrorCode::usage, fmt::format("the channel {} cannot be set", name))
            .because(fmt::format("the value is not of type {}", type));
    }
    state[name] = std::move(value);
}

void apply_delta(json& state, const json& delta) {
    for (const auto& [name, change] : delta.items()) {
        if (const auto whole = change.find("="); whole != change.end()) {
            state[name] = *whole;
        } else if (const auto added = change.find("+"); added != change.end()) {
            json& list = state[name];
            if (!list.is_array()) list = json::array();
            list.insert(list.end(), added->begin(), added->end());
        }
    }
}

}  // namespace quarry::agent
