-- People who sign in, and the role of each in each project.
CREATE TABLE users (
    id VARCHAR(12) NOT NULL,
    email VARCHAR(254) NOT NULL,
    password TEXT NOT NULL,
    created_at FLOAT NOT NULL,
    password_at FLOAT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_users_email ON users (email);

CREATE TABLE user_roles (
    user_id VARCHAR(12) NOT NULL,
    project VARCHAR(63) NOT NULL,
    role VARCHAR(10) NOT NULL,
    PRIMARY KEY (user_id, project)
);
