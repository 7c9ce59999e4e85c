#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::agent {

/// How a write changes what a channel of the state holds.
enum class Reducer {
    last,      ///< Replaces it. Two nodes of one step that write it are a conflict.
    append,    ///< Adds to a list: a list each of its values, anything else itself.
    messages,  ///< The same; a message whose "id" is there already replaces that one.
    merge,     ///< Members of an object go over those that are there.
    sum,       ///< Adds a number.
    max,       ///< The larger one.
    union_,    ///< Adds to a list what it does not hold yet.
};

/// Throws Error(usage), with the nearest, for a name that is none.
[[nodiscard]] Reducer reducer_by_name(std::string_view name);
[[nodiscard]] std::string_view reducer_name(Reducer reducer) noexcept;

/// A part of the state of a run.
struct Channel {
    std::string name;
    std::string type{};  ///< "string", "number", "integer", "boolean", "list", "object"; empty: anything.
    Reducer reducer = Reducer::last;
    nlohmann::json initial{};  ///< Null for one that is not there at first.
};

/// A value for a channel, and who wrote it.
struct Write {
    std::string channel;
    nlohmann::json value;
    std::string writer;  ///< The node's path.
};

/// The parts of a state: which there are, and how they change. A file that declares channels has these and the
/// built-in ones only; one that declares no channel has a `last` one of every name. Constant once it is made.
class Channels {
public:
    /// Throws Error(usage) for a name that is there twice, and for an initial value that does not fit.
    void declare(Channel channel);
    /// That channels which are not declared are an error.
    void close() noexcept { closed_ = true; }
    [[nodiscard]] bool is_closed() const noexcept { return closed_; }
    [[nodiscard]] bool has(std::string_view name) const noexcept { return !closed_ || find(name) != nullptr; }
    [[nodiscard]] const std::vector<Channel>& declared() const noexcept { return channels_; }

    [[nodiscard]] nlohmann::json initial_state() const;
    /// Applies the writes of a step in their order. Gives the step's delta, for `apply_delta`. Throws Error(failed) for
    /// a conflict, an unknown channel, or a value that does not fit; `state` is not changed then.
    [[nodiscard]] nlohmann::json apply(nlohmann::json& state, const std::vector<Write>& writes) const;
    /// Puts a value in the place of what a channel holds. Throws Error(usage) for an unknown channel or a value that
    /// does not fit; `state` is not changed then.
    void put(nlohmann::json& state, const std::string& name, nlohmann::json value) const;

private:
    [[nodiscard]] const Channel* find(std::string_view name) const noexcept;

    std::vector<Channel> channels_;
    bool closed_ = false;
};

/// Repeats a step's changes: {"channel": {"=": value}} replaces it, {"+": [...]} adds to the end of its list.
void apply_delta(nlohmann::json& state, const nlohmann::json& delta);

}  // namespace quarry::agent
