# The configuration file is YAML.
target_link_libraries(patrol_server PUBLIC yaml-cpp)
