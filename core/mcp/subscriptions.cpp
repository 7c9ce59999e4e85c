#include "core/mcp/subscriptions.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <stop_token>
#include <utility>

namespace quarry::mcp {
namespace {

constexpr std::size_t most_listeners = 1000;

}  // namespace

/// A client's channel with what it wants to hear of.
struct Subscriptions::Receiver {
    std::shared_ptr<Channel> channel;
    Json meta;  ///< Null for a session.
    std::set<std::string> uris;
};

Subscriptions::Subscriptions(Revisions revisions, std::chrono::milliseconds interval)
    : revisions_(std::move(revisions)), interval_(interval) {}

void Subscriptions::add(Listener listener, const Json& first) {
    const auto channel = listener.channel.lock();
    const std::lock_guard lock(mutex_);
    std::erase_if(listeners_, [](const Listener& one) { return one.channel.expired(); });
    if (listeners_.size() >= most_listeners) {
        throw Refusal(json_rpc::internal_error, "the server has too many subscriptions", nullptr, 503);
    }
    channel->send(first);
    listeners_.push_back(std::move(listener));
}

void Subscriptions::watch(const std::shared_ptr<Session>& session) {
    const std::lock_guard lock(mutex_);
    std::erase_if(sessions_, [](const auto& one) { return one.expired(); });
    sessions_.push_back(session);
}

void Subscriptions::note(const std::vector<std::string>& uris) {
    if (!revisions_ || uris.empty()) return;
    const std::vector<std::string> revisions = revisions_(uris);
    {
        const std::lock_guard lock(mutex_);
        for (std::size_t i = 0; i < uris.size(); ++i) known_.try_emplace(uris[i], revisions.at(i));
    }
    begin();
}

void Subscriptions::list_changed(std::string_view list) {
    const std::string method = fmt::format("notifications/{}/list_changed", list);
    const std::lock_guard lock(mutex_);
    for (const Listener& one : listeners_) {
        const auto channel = one.channel.lock();
        if (channel == nullptr || !one.lists.contains(std::string(list))) continue;
        channel->send(json_rpc::notification(method, {{"_meta", {{subscription_key, one.id}}}}));
    }
    for (const auto& weak : sessions_) {
        const auto session = weak.lock();
        if (session == nullptr || !session->agreement()) continue;
        if (const auto channel = session->outgoing()) channel->send(json_rpc::notification(method, nullptr));
    }
}

void Subscriptions::begin() {
    const std::lock_guard lock(mutex_);
    if (thread_.joinable()) return;
    thread_ = std::jthread([this](const std::stop_token& stop) {
        std::unique_lock waiting(mutex_);
        while (!stop.stop_requested()) {
            woken_.wait_for(waiting, stop, interval_, [] { return false; });
            if (stop.stop_requested()) return;
            waiting.unlock();
            try {
                compare();
            } catch (const std::exception&) {
                // The base is locked or gone. It is compared again the next time.
            }
            waiting.lock();
        }
    });
}

std::vector<Subscriptions::Receiver> Subscriptions::receivers() {
    std::vector<Receiver> all;
    const std::lock_guard lock(mutex_);
    for (const Listener& one : listeners_) {
        if (auto channel = one.channel.lock()) {
            all.push_back({std::move(channel), {{subscription_key, one.id}}, one.uris});
        }
    }
    for (const auto& weak : sessions_) {
        const auto session = weak.lock();
        auto channel = session ? session->outgoing() : nullptr;
        if (channel) all.push_back({std::move(channel), nullptr, session->subscriptions()});
    }
    return all;
}

std::set<std::string> Subscriptions::changed_ones(const std::set<std::string>& uris) {
    const std::vector<std::string> names(uris.begin(), uris.end());
    std::map<std::string, std::string> before;
    {
        const std::lock_guard lock(mutex_);
        before = known_;
    }
    const std::vector<std::string> revisions = names.empty() ? std::vector<std::string>() : revisions_(names);
    std::set<std::string> changed;
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::string& revision = known_[names[i]];
        if (revision != revisions.at(i)) changed.insert(names[i]);
        revision = revisions[i];
    }
    // Those that were known before and that no client wants any more. Newer ones are still being subscribed to.
    std::erase_if(known_, [&](const auto& one) { return before.contains(one.first) && !uris.contains(one.first); });
    return changed;
}

void Subscriptions::compare() {
    const std::vector<Receiver> all = receivers();
    std::set<std::string> uris;
    for (const Receiver& one : all) uris.insert(one.uris.begin(), one.uris.end());
    const std::set<std::string> changed = changed_ones(uris);
    for (const Receiver& one : all) {
        for (const std::string& uri : changed) {
            if (!one.uris.contains(uri)) continue;
            Json params = {{"uri", uri}};
            if (!one.meta.is_null()) params["_meta"] = one.meta;
            one.channel->send(json_rpc::notification("notifications/resources/updated", std::move(params)));
        }
    }
}

}  // namespace quarry::mcp
