-- How each project wants its days and weeks; one without a row has the defaults.
CREATE TABLE project_settings (
    project VARCHAR(63) NOT NULL,
    zone VARCHAR(64) NOT NULL,
    week_start VARCHAR(10) NOT NULL,
    PRIMARY KEY (project)
);
