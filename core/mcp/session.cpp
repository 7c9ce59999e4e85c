#include "core/mcp/session.h"

#include <chrono>
#include <utility>

#include "core/base/error.h"

namespace quarry::mcp {
namespace {

constexpr std::size_t most_subscriptions = 1000, most_questions = 4;
/// How long a person may take to answer.
constexpr std::chrono::minutes answer_time{10};
constexpr std::chrono::milliseconds look_again{50};

}  // namespace

void Session::agree(Agreement agreement) {
    const std::lock_guard lock(mutex_);
    agreement_ = std::move(agreement);
}

std::optional<Session::Agreement> Session::agreement() const {
    const std::lock_guard lock(mutex_);
    return agreement_;
}

void Session::set_outgoing(std::weak_ptr<Channel> outgoing) {
    const std::lock_guard lock(mutex_);
    outgoing_ = std::move(outgoing);
}

std::shared_ptr<Channel> Session::outgoing() const {
    const std::lock_guard lock(mutex_);
    return outgoing_.lock();
}

void Session::set_log_level(std::string level) {
    const std::lock_guard lock(mutex_);
    log_level_ = std::move(level);
}

std::string Session::log_level() const {
    const std::lock_guard lock(mutex_);
    return log_level_;
}

void Session::subscribe(const std::string& uri) {
    const std::lock_guard lock(mutex_);
    if (subscriptions_.size() >= most_subscriptions && !subscriptions_.contains(uri)) {
        throw Refusal(json_rpc::invalid_params, "this session has too many subscriptions");
    }
    subscriptions_.insert(uri);
}

void Session::unsubscribe(const std::string& uri) {
    const std::lock_guard lock(mutex_);
    subscriptions_.erase(uri);
}

std::set<std::string> Session::subscriptions() const {
    const std::lock_guard lock(mutex_);
    return subscriptions_;
}

std::shared_ptr<Cancellation> Session::begin(const Json& id) {
    const std::lock_guard lock(mutex_);
    const auto [place, is_new] = running_.try_emplace(id.dump());
    if (!is_new) return nullptr;
    place->second.cancel = std::make_shared<Cancellation>();
    return place->second.cancel;
}

bool Session::end(const Json& id) {
    const std::lock_guard lock(mutex_);
    const auto found = running_.find(id.dump());
    if (found == running_.end()) return true;
    const bool is_wanted = !found->second.cancelled;
    running_.erase(found);
    return is_wanted;
}

void Session::cancel(const Json& id) {
    const std::lock_guard lock(mutex_);
    const auto found = running_.find(id.dump());
    if (found == running_.end()) return;
    found->second.cancelled = true;
    found->second.cancel->cancel();
}

void Session::close() {
    const std::lock_guard lock(mutex_);
    may_ask_ = false;
    for (auto& [id, running] : running_) {
        running.cancelled = true;
        running.cancel->cancel();
    }
    answered_.notify_all();
}

void Session::stop_asking() {
    const std::lock_guard lock(mutex_);
    may_ask_ = false;
    answered_.notify_all();
}

Json Session::ask(Channel& channel, std::string_view method, Json params, const Cancellation& cancel) {
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() >= most_questions) {
            throw Error(ErrorCode::rate_limited, "the client has too many questions to answer already");
        }
        number = ++asked_;
        waiting_.emplace(number, std::nullopt);
    }
    channel.send(json_rpc::request(number, method, std::move(params)));
    const auto last = std::chrono::steady_clock::now() + answer_time;
    std::unique_lock lock(mutex_);
    while (may_ask_ && !waiting_.at(number) && !cancel.cancelled() && std::chrono::steady_clock::now() < last) {
        answered_.wait_for(lock, look_again);
    }
    std::optional<json_rpc::Message> answer = std::move(waiting_.at(number));
    waiting_.erase(number);
    const bool is_over = !may_ask_;
    lock.unlock();
    if (!answer) {
        cancel.check();
        throw Error(ErrorCode::failed,
                    is_over ? "the session ended before the client answered" : "the client did not answer in time");
    }
    if (answer->kind == json_rpc::Message::Kind::result) return std::move(answer->result);
    throw Error(ErrorCode::failed, "the client refused to be asked").because(answer->failure.message);
}

void Session::deliver(json_rpc::Message answer) {
    if (!answer.id.is_number_unsigned()) return;
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(answer.id.get<std::uint64_t>());
    if (found == waiting_.end() || found->second) return;  // the first answer counts
    found->second = std::move(answer);
    answered_.notify_all();
}

}  // namespace quarry::mcp
