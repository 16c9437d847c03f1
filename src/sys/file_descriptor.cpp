#include "sys/file_descriptor.hpp"

#include <unistd.h>

namespace buildcache::sys {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

FileDescriptor::~FileDescriptor() {
  close();
}

void FileDescriptor::close() {
  if (valid()) {
    ::close(std::exchange(descriptor_, -1));
  }
}

}  // namespace buildcache::sys
