#include "core/net/connection.h"

namespace quarry::net {

std::shared_ptr<Connection> make_plain_connection(std::shared_ptr<asio::io_context> io, Shared& shared, Socket socket,
                                                  std::string peer) {
    return std::make_shared<StreamConnection<Socket>>(std::move(io), shared, std::move(socket), std::move(peer));
}

}  // namespace quarry::net
