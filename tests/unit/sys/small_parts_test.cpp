#include "sys/parallel.hpp"
#include "sys/posix_environment.hpp"
#include "sys/random.hpp"
#include "sys/system_clock.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <set>
#include <thread>

using namespace buildcache::sys;
using namespace std::chrono_literals;

TEST_CASE("environment: variables are split at the first '=' and the first of a name counts") {
  const std::array<const char*, 7> envp = {"A=1", "B=", "C=x=y", "A=2", "novalue", "=x", nullptr};
  const Environment environment = read_environment(envp.data());
  CHECK(environment.get("A") == "1");
  CHECK(environment.has("B"));
  CHECK(environment.get("B").empty());
  CHECK(environment.get("C") == "x=y");
  CHECK_FALSE(environment.has("novalue"));
  CHECK(environment.all().size() == 3);
  CHECK(read_environment(nullptr).all().empty());
}

TEST_CASE("random: tokens are 32 hexadecimal digits and new each time") {
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i) {
    const std::string token = random_token();
    CHECK(token.size() == 32);
    CHECK(token.find_first_not_of("0123456789abcdef") == std::string::npos);
    tokens.insert(token);
  }
  CHECK(tokens.size() == 100);
}

TEST_CASE("random: fractions spread over 0 up to 1") {
  int low = 0;
  for (int i = 0; i < 1000; ++i) {
    const double fraction = random_fraction();
    CHECK(fraction >= 0.0);
    CHECK(fraction < 1.0);
    low += fraction < 0.5 ? 1 : 0;
  }
  CHECK(low > 350);
  CHECK(low < 650);
}

TEST_CASE("parallel: every turn is taken once, never more at a time than allowed") {
  std::vector<int> turns(100);
  std::atomic<int> at_once{0};
  std::atomic<int> most{0};
  for_each_parallel(turns.size(), 4, [&](std::size_t i) {
    const int now = ++at_once;
    int seen = most;
    while (now > seen && !most.compare_exchange_weak(seen, now)) {
    }
    ++turns[i];
    std::this_thread::sleep_for(1ms);
    --at_once;
  });
  CHECK(turns == std::vector<int>(100, 1));
  CHECK(most <= 4);
  CHECK(most > 1);
}

TEST_CASE("parallel: nothing to do and no limit are fine") {
  int calls = 0;
  for_each_parallel(0, 4, [&calls](std::size_t) { ++calls; });
  CHECK(calls == 0);
  for_each_parallel(3, 0, [&calls](std::size_t) { ++calls; });
  CHECK(calls == 3);
}

TEST_CASE("clock: a stop request ends a sleep") {
  SystemClock clock;
  std::stop_source stop;
  std::jthread stopper([&stop] {
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
  });
  const auto start = clock.steady();
  clock.sleep_for(60s, stop.get_token());
  CHECK(clock.steady() - start < 10s);
  clock.sleep_for(60s, stop.get_token());
  CHECK(clock.steady() - start < 10s);
}

TEST_CASE("clock: a sleep lasts as long as it was to") {
  SystemClock clock;
  const auto start = clock.steady();
  clock.sleep_for(50ms, {});
  CHECK(clock.steady() - start >= 50ms);
}
