#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/app/upload_service.h"
#include "core/base/worker_pool.h"
#include "core/net/message.h"
#include "core/net/server.h"

namespace quarry::serve {

class Service;
class ReceivedFile;

/// Files that clients send, of any length: each is written to the disk while it comes, on threads of their own.
/// Thread-safe.
class Uploads {
public:
    /// `quota`: bytes that all uploads of the base may take.
    Uploads(Service& service, std::uint64_t quota);

    /// What takes the body of a request. It is refused when its sender may not send it, as soon as that is known.
    [[nodiscard]] std::shared_ptr<net::BodyReceiver> receiver(const net::Request& head);

    /// The files of a request whose body is there: its body, or the files of a form. They wait in the folder of uploads
    /// from then on. `upload` says what is known of them from elsewhere; a form's fields `collection` and `type` go
    /// before. Waits for the disk. Throws Error(usage) for a form that is none, failed for a disk that is full.
    [[nodiscard]] std::vector<app::Upload> accept(const net::Request& request, app::Upload upload);

    /// Does work that waits for the disk; false when too much waits.
    [[nodiscard]] bool submit(std::function<void()> work) { return disk_.submit(std::move(work)); }

    /// Another so many bytes are there; false when they are too many.
    [[nodiscard]] bool count(std::uint64_t bytes) { return (used_ += bytes) <= quota_; }
    [[nodiscard]] bool has_room(std::uint64_t bytes) const { return used_ <= quota_ && bytes <= quota_ - used_; }
    /// Counts what there is.
    void recount();
    [[nodiscard]] std::filesystem::path folder() const;
    [[nodiscard]] Service& service() noexcept { return service_; }

private:
    template <typename Work>
    auto with_uploads(const Work& work) const;

    Service& service_;
    const std::uint64_t quota_;
    std::atomic<std::uint64_t> used_{0};  ///< As of the last count, and what came since.
    WorkerPool disk_;
};

}  // namespace quarry::serve
